"""What the judge has to know of a life besides its light: what was granted, asked, written and shown, and when."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from ble_bridge.contract import wire
from ble_bridge.drivers.open_panel_terms import Op
from ble_bridge.run_words import token_of
from ble_bridge.talk import MISSES_TO_SUSPECT
from tests.sim.relay.bounds import SCREEN_LAG_S, Broken
from tests.sim.relay.faults import Trouble

if TYPE_CHECKING:
    from tests.sim.relay.air import Client
    from tests.sim.relay.house import House
    from tests.sim.relay.phone import Phone

REARMING: Final = (Op.KEEP_ALIVE, Op.SET_LEVELS)


@dataclass
class Granted:
    """A start as it came to its bridge."""

    args: wire.StartArgs
    clearance: wire.Clearance
    bridge: str
    ticket_s: float
    arrived_s: float
    took_s: float
    """Since the bridge sent the claim for it."""


@dataclass
class StopHeard:
    at_s: float
    bridge: str
    panel_id: UUID
    session_id: UUID | None
    run_no: int | None


@dataclass
class Witness:
    """Sees what was granted, stopped and shown, while a life is lived."""

    house: "House"
    troubles: list[Trouble] = field(default_factory=list)
    granted: dict[int, list[Granted]] = field(default_factory=dict)
    stops: list[StopHeard] = field(default_factory=list)
    claimed_s: dict[UUID, float] = field(default_factory=dict)
    believed: set[int] = field(default_factory=set)
    """Tokens of runs whose start was answered `ok`."""
    seen: list[Broken] = field(default_factory=list)
    """Found where nothing can be raised: in the midst of a bridge's work."""
    _wrong_s: dict[tuple[str, UUID, str], float] = field(default_factory=dict)

    def sent(self, _bridge: str, text: str) -> None:
        if text.startswith('{"type":"claim"'):
            claim = wire.TO_SERVER.validate_json(text)
            assert isinstance(claim, wire.Claim)
            self.claimed_s[claim.claim_id] = self.house.world.now_s
        elif text.startswith('{"type":"result"'):
            result = wire.TO_SERVER.validate_json(text)
            assert isinstance(result, wire.Result)
            command = self.house.server.rows.commands.get(result.command_id)
            if result.code == "ok" and command is not None and isinstance(command.args, wire.StartArgs):
                self.believed.add(token_of(command.args.session_id, command.args.run_no))

    def written(self, link: "Client", payload: bytes) -> None:
        """B25: what arms the dead-man, looked at when it is written."""
        self._check_leads(link, payload)
        if payload[0] not in REARMING:
            return
        if link.misses >= MISSES_TO_SUSPECT:
            self.seen.append(
                Broken("B25 gate", f"{link.radio} keeps {link.lamp.name} lit though {link.misses} requests were missed")
            )
        token = int.from_bytes(payload[2:6], "little")
        span = next((one for one in reversed(link.lamp.spans) if one.token == token), None)
        granted = self.granted.get(token)
        if span is not None and granted and self.house.world.now_s > span.on_s + granted[0].args.duration_s:
            self.seen.append(Broken("B25 gate", f"{link.radio} keeps {link.lamp.name} lit past its plan"))

    def _check_leads(self, link: "Client", payload: bytes) -> None:
        """B72: what lights a panel, or keeps it lit, comes from the bridge that leads it."""
        if payload[0] not in (Op.START, *REARMING):
            return
        panel_id = self.house.panel_id_of(link.lamp)
        leader = self.house.server.leads[panel_id]
        if leader != link.radio:
            self.seen.append(Broken("B72 one leads", f"{link.radio} drives {link.lamp.name}, which {leader} leads"))

    def arrived(self, bridge: str, text: str) -> None:
        now_s = self.house.world.now_s
        if text.startswith('{"type":"stop"'):
            stop = wire.TO_BRIDGE.validate_json(text)
            assert isinstance(stop, wire.Stop)
            self.stops.append(StopHeard(now_s, bridge, stop.panel_id, stop.session_id, stop.run_no))
        elif text.startswith('{"type":"grant"'):
            grant = wire.TO_BRIDGE.validate_json(text)
            assert isinstance(grant, wire.Grant)
            if isinstance(grant.args, wire.StartArgs) and grant.clearance is not None:
                self._granted(bridge, grant, grant.args, grant.clearance)

    def _granted(self, bridge: str, grant: wire.Grant, args: wire.StartArgs, clearance: wire.Clearance) -> None:
        now_s = self.house.world.now_s
        key = (args.session_id, args.run_no)
        one = Granted(
            args, clearance, bridge, self.house.server.ticket_made_s[key], now_s,
            now_s - self.claimed_s.get(grant.claim_id, now_s),
        )  # fmt: skip
        self.granted.setdefault(token_of(*key), []).append(one)

    def look(self) -> None:
        """Several times a second: what the screens say against what is so [P7]."""
        if self.seen:
            raise self.seen[0]
        for phone in self.house.phones:
            for panel_id in self.house.server.panels:
                self._look_at(phone, panel_id)

    def _look_at(self, phone: "Phone", panel_id: UUID) -> None:
        lamp, now_s = self.house.lamp_of(panel_id), self.house.world.now_s
        shown = phone.shows(panel_id)
        ours = lamp.lit and lamp.model.memory.token != 0
        for wrong, so in (("dark", shown == "dark" and ours), ("lit", shown == "lit" and not lamp.lit)):
            key = (phone.name, panel_id, wrong)
            if not so:
                self._wrong_s.pop(key, None)
            elif now_s - self._wrong_s.setdefault(key, now_s) > SCREEN_LAG_S:
                raise Broken("P7 screen", f"{phone.name}'s says {wrong} for {SCREEN_LAG_S} s, and it is not so")
