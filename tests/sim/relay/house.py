"""A house as it stands at the beginning of a life: a server, one or two bridges, panels near them, two people with phones."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from ble_bridge.contract import wire
from ble_bridge.profiles.profile import Profile
from ble_bridge.radio.gatt import GattLink, Loss
from tests.sim.relay.air import SERVICES, Air
from tests.sim.relay.bridge import Bridge
from tests.sim.relay.lamp import Lamp
from tests.sim.relay.network import Network
from tests.sim.relay.phone import Phone
from tests.sim.relay.server import Plan, Server
from tests.sim.relay.world import World

PROFILE = "open-panel-1"
IRRADIANCE: Final = 30.0


class House:
    def __init__(self, world: World, folder: Path, profiles: Mapping[str, Profile], *, bridges: int, shared: bool) -> None:
        """`shared`: the bridges have one panel between them, else one each."""
        self.world = world
        self.network = Network(world)
        self.air = Air(world)
        self.server = Server(world, self.network)
        names = [f"bridge-{n + 1}" for n in range(bridges)]
        self.bridges = [
            Bridge(world, self.air, self.network, folder, name, UUID(int=n + 1), profiles) for n, name in enumerate(names)
        ]
        self.server.bridges = {bridge.name: bridge.bridge_id for bridge in self.bridges}
        self.lamps: list[Lamp] = []
        for n, bridge in enumerate(self.bridges[:1] if shared else self.bridges):
            lamp = Lamp(world, f"panel-{n + 1}")
            self.air.add(lamp)
            self.lamps.append(lamp)
            for near in self.bridges if shared else [bridge]:
                self.air.rssi[near.name, lamp.name] = -60
            paired = _paired(UUID(int=100 + n), lamp, profiles[PROFILE])
            self.server.panels[paired.panel_id], self.server.leads[paired.panel_id] = paired, bridge.name
        self.phones = [Phone(world, self.server, name) for name in ("alice", "bob")]

    def lamp_of(self, panel_id: UUID) -> Lamp:
        return self.lamps[panel_id.int - 100]

    def panel_id_of(self, lamp: Lamp) -> UUID:
        return UUID(int=100 + self.lamps.index(lamp))

    def any_bridge(self) -> Bridge:
        return self.world.dice.choice(self.bridges)

    def any_lamp(self) -> Lamp:
        return self.world.dice.choice(self.lamps)

    def plan(self, session_id: UUID, panel_id: UUID) -> Plan:
        duration_s = self.world.dice.choice([2, 5, 9, 14, 20])
        levels = {660: self.world.dice.choice([5, 50, 80]), 850: self.world.dice.choice([0, 10, 60])}
        need = sum(IRRADIANCE * duration_s * pct / 100_000 for pct in levels.values())
        clearance = wire.Clearance(
            person_id=UUID(int=8), sites=["face"], wavelengths_nm=[660, 850], max_level_pct={660: 80, 850: 60},
            max_duration_s=duration_s, max_fluence_j_cm2=self.world.dice.choice([need, 2 * need, 50.0]),
            irradiance_mw_cm2={660: IRRADIANCE, 850: IRRADIANCE},
        )  # fmt: skip
        return Plan(session_id, panel_id, 1, duration_s, levels, clearance, ramp_s=self.world.dice.choice([0, 0, 2]))

    def start(self) -> None:
        self.server.start()
        for bridge in self.bridges:
            bridge.start()

    def end(self) -> None:
        for bridge in self.bridges:
            bridge.kill(links_last_s=0.0)
            bridge.forget()
        self.world.end()


def _paired(panel_id: UUID, lamp: Lamp, profile: Profile) -> wire.PairedPanel:
    channels = [
        wire.Channel(wavelength_nm=c.wavelength_nm, min_pct=c.min_pct, max_pct=c.max_pct) for c in lamp.model.info.channels
    ]
    identity = wire.Identity(
        address=lamp.name,
        serial=lamp.model.info.serial,
        gatt_fingerprint=_fingerprint(),
        profile=PROFILE,
        profile_hash=profile.hash,
    )
    return wire.PairedPanel(panel_id=panel_id, name=lamp.name, identity=identity, channels=channels)


def _fingerprint() -> str:
    table: Any = SimpleNamespace(services=SERVICES)
    return GattLink(table, Loss(lambda: None)).fingerprint()
