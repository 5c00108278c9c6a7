"""What goes wrong in a life: each kind begins, lasts, and is mended. A life has a few kinds, drawn by its seed, not all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from ble_bridge.virtual.model import FaultName

if TYPE_CHECKING:
    from tests.sim.relay.house import House

Mend = Callable[[], None]
HOUR_S: Final = 3_600.0
LINKS_LAST_S: Final = 4.0
"""So long a system's stack may hold the links of a process that died."""


@dataclass
class Trouble:
    """One fault while it lasted, for the judge. `where` is a bridge, a panel, a phone or the server."""

    kind: str
    where: str
    since_s: float
    until_s: float

    def touches(self, since_s: float, until_s: float, *where: str) -> bool:
        return self.where in where and self.since_s <= until_s and self.until_s >= since_s


def kill_bridge(house: "House") -> tuple[str, float, Mend]:
    bridge = house.any_bridge()
    bridge.kill(links_last_s=house.world.some(0.0, LINKS_LAST_S))
    return bridge.name, house.world.some(0.2, 6.0), bridge.start


def reboot_bridge(house: "House") -> tuple[str, float, Mend]:
    bridge = house.any_bridge()
    bridge.reboot()
    return bridge.name, house.world.some(2.0, 8.0), bridge.start


def suspend_bridge(house: "House") -> tuple[str, float, Mend]:
    bridge, for_s = house.any_bridge(), house.world.dice.choice([0.5, 3.0, 9.0, 15.0])
    bridge.suspend(for_s)
    return bridge.name, for_s, lambda: None


def kill_server(house: "House") -> tuple[str, float, Mend]:
    house.server.kill()
    return "server", house.world.some(0.3, 9.0), house.server.start


def reboot_server(house: "House") -> tuple[str, float, Mend]:
    """Another boot: its steady clock begins anew, and nothing of before is believed to be young."""
    house.server.kill()
    house.server.machine.booted_s = house.world.now_s - house.world.some(0, 30)
    house.server.machine.boots += 1
    return "server", house.world.some(1.0, 9.0), house.server.start


def drop_line(house: "House") -> tuple[str, float, Mend]:
    bridge = house.any_bridge()
    for line in [one for one in house.network.lines if one.name == bridge.name]:
        line.drop()
    return bridge.name, 0.0, lambda: None


def cut_network(house: "House") -> tuple[str, float, Mend]:
    bridge = house.any_bridge()
    house.network.set_cut(bridge.name, on=True)
    return bridge.name, house.world.some(1.0, 15.0), lambda: house.network.set_cut(bridge.name, on=False)


def lose_link(house: "House") -> tuple[str, float, Mend]:
    lamp = house.any_lamp()
    house.air.drop(lamp)
    return lamp.name, 0.0, lambda: None


def walk_away(house: "House") -> tuple[str, float, Mend]:
    """Out of reach of every radio; links are noticed to be dead a little later."""
    lamp = house.any_lamp()
    kept = {key: dbm for key, dbm in house.air.rssi.items() if key[1] == lamp.name}
    for key in kept:
        del house.air.rssi[key]
    house.air.drop(lamp)
    return lamp.name, house.world.some(1.0, 14.0), lambda: house.air.rssi.update(kept)


def _panel_fault(name: FaultName, least_s: float, most_s: float) -> Callable[["House"], tuple[str, float, Mend]]:
    def begin(house: "House") -> tuple[str, float, Mend]:
        lamp = house.any_lamp()
        lamp.fault(name, on=True)
        return lamp.name, house.world.some(least_s, most_s), lambda: lamp.fault(name, on=False)

    return begin


def dud(house: "House") -> tuple[str, float, Mend]:
    lamp = house.any_lamp()
    lamp.dud = True
    return lamp.name, house.world.some(2.0, 10.0), lambda: setattr(lamp, "dud", False)


def forget_tokens(house: "House") -> tuple[str, float, Mend]:
    lamp = house.any_lamp()
    lamp.model.forget_tokens()
    return lamp.name, 0.0, lambda: None


def button(house: "House") -> tuple[str, float, Mend]:
    lamp = house.any_lamp()
    lamp.press_button()
    return lamp.name, 0.0, lambda: None


def power(house: "House") -> tuple[str, float, Mend]:
    """Off at the wall, and on again: the link is gone, its run is over."""
    lamp = house.any_lamp()
    lamp.cut_power()
    house.air.drop(lamp)
    return lamp.name, 0.0, lambda: None


def slow_air(house: "House") -> tuple[str, float, Mend]:
    house.air.latency_s = house.world.dice.choice([(0.05, 0.2), (0.1, 0.4)])
    return "air", house.world.some(1.0, 10.0), lambda: setattr(house.air, "latency_s", (0.01, 0.04))


def slow_disk(house: "House") -> tuple[str, float, Mend]:
    bridge = house.any_bridge()
    bridge.disk_s = house.world.dice.choice([(0.05, 0.3), (0.5, 3.0)])
    return bridge.name, house.world.some(1.0, 8.0), lambda: setattr(bridge, "disk_s", (0.001, 0.006))


def slow_server(house: "House") -> tuple[str, float, Mend]:
    house.server.work_s = house.world.dice.choice([(0.05, 0.5), (0.5, 3.5)])
    return "server", house.world.some(1.0, 6.0), lambda: setattr(house.server, "work_s", (0.001, 0.008))


def set_clock(house: "House") -> tuple[str, float, Mend]:
    """A wall clock is set, by a little or by a year, there or back."""
    machine = house.world.dice.choice([house.server.machine, *(bridge.machine for bridge in house.bridges)])
    machine.wall_ahead_s += house.world.dice.choice([-8_766 * HOUR_S, -HOUR_S, -5, 5, HOUR_S, 8_766 * HOUR_S])
    return machine.name, 0.0, lambda: None


def wander(house: "House") -> tuple[str, float, Mend]:
    """Something is moved: a bridge hears a panel better or worse than before."""
    for key in sorted(house.air.rssi):
        house.air.rssi[key] = house.world.dice.choice([-40, -55, -70, -85])
    return "air", 0.0, lambda: None


def astray(house: "House") -> tuple[str, float, Mend]:
    """A start goes to a bridge that does not lead the panel."""
    server = house.server
    panel_id = house.world.dice.choice(sorted(server.panels))
    others = [bridge.name for bridge in house.bridges if bridge.name != server.leads[panel_id]]
    if others and server.up:
        server.order_astray(house.plan(UUID(int=house.world.dice.getrandbits(128), version=4), panel_id), others[0])
    return "server", 0.0, lambda: None


def repeats(house: "House") -> tuple[str, float, Mend]:
    """The server rings for, and grants again, what was granted before; or it asks anew for a run that it has lost the row of."""
    house.server.repeats = True
    for command in list(house.server.rows.commands.values()):
        if not command.is_stop and command.state != "waiting":
            house.server.ring(command)
            if command.kind == "start" and command.code == "ok" and house.world.dice.random() < 0.5:
                house.server.order_again(command)
                house.lamp_of(command.panel_id).model.forget_tokens()
    return "server", house.world.some(0.5, 4.0), lambda: setattr(house.server, "repeats", False)


def phone_offline(house: "House") -> tuple[str, float, Mend]:
    phone = house.world.dice.choice(house.phones)
    phone.online = False
    return phone.name, house.world.some(1.0, 8.0), lambda: setattr(phone, "online", True)


def tunnel(house: "House") -> tuple[str, float, Mend]:
    phone = house.world.dice.choice(house.phones)
    phone.tunnel_s, phone.twice = house.world.dice.choice([0.5, 6.0, 9.5, 14.0]), house.world.dice.random() < 0.5
    return phone.name, house.world.some(3.0, 12.0), lambda: phone.__dict__.update(tunnel_s=0.0, twice=False)


FAULTS: Final[Mapping[str, Callable[["House"], tuple[str, float, Mend]]]] = {
    "kill_bridge": kill_bridge,
    "reboot_bridge": reboot_bridge,
    "suspend_bridge": suspend_bridge,
    "kill_server": kill_server,
    "reboot_server": reboot_server,
    "drop_line": drop_line,
    "cut_network": cut_network,
    "lose_link": lose_link,
    "walk_away": walk_away,
    "mute": _panel_fault(FaultName.MUTE, 0.5, 9.0),
    "slow": _panel_fault(FaultName.SLOW, 1.0, 12.0),
    "no_notify": _panel_fault(FaultName.NO_NOTIFY, 1.0, 10.0),
    "no_status": _panel_fault(FaultName.NO_STATUS, 1.0, 14.0),
    "hot": _panel_fault(FaultName.HOT, 1.0, 5.0),
    "stuck": _panel_fault(FaultName.STUCK_CHANNEL, 2.0, 10.0),
    "unstable": _panel_fault(FaultName.DROP_LINK, 1.0, 5.0),
    "dud": dud,
    "forget_tokens": forget_tokens,
    "button": button,
    "power": power,
    "slow_air": slow_air,
    "slow_disk": slow_disk,
    "slow_server": slow_server,
    "set_clock": set_clock,
    "repeats": repeats,
    "wander": wander,
    "astray": astray,
    "phone_offline": phone_offline,
    "tunnel": tunnel,
}
