"""The server: its lines, its commands, its sessions, in virtual time. Rows outlive it, lines do not.

Runs and sessions move by the product's own pure rules (`sessions_app.therapy.rules`), times by its `Moment`. That the rows of the
database do the same is shown by the tests of `sessions_app` and by real processes in `tests/e2e_relay`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from ble_bridge.contract import limits, wire
from sessions_app.clock import Moment
from sessions_app.panels.leading import Ear, leader
from sessions_app.therapy import rules
from tests.sim.relay.books import Books
from tests.sim.relay.network import Connection, Network
from tests.sim.relay.rows import Command, Rows, RunRow, Session
from tests.sim.relay.seams import YEAR
from tests.sim.relay.world import Machine, World

ROUND_S: Final = 1.5
AGAIN_MS: Final = 5_000
"""What a command is given to live when it is granted again."""
SWEEP_S: Final = 10.0


@dataclass
class Plan:
    """What a phone asks to start."""

    session_id: UUID
    panel_id: UUID
    run_no: int
    duration_s: int
    levels_pct: dict[int, int]
    clearance: wire.Clearance
    ramp_s: int = 0


@dataclass
class Ticket:
    made: Moment
    made_s: float
    """The world's time, which only the judge may ask for."""
    user: str
    plan: Plan


@dataclass
class Line:
    """A bridge's open line, as the server has it."""

    connection: Connection
    bridge: str
    hello: wire.Hello | None = None
    hello_at: Moment | None = None
    known: bool = True
    free_s: float = 0.0


class Refused(Exception):
    """What the person is told instead of a start."""


class Server:
    def __init__(self, world: World, network: Network) -> None:
        self.world, self.network = world, network
        self.machine = Machine("server", network, booted_s=world.now_s - 5_000)
        self.rows = Rows()
        self.books = Books(world, self.rows, self.now)
        self.panels: dict[UUID, wire.PairedPanel] = {}
        """What bridges are told of them, as of their leader."""
        self.leads: dict[UUID, str] = {}
        """Panel → the bridge that leads it [B71]."""
        self.bridges: dict[str, UUID] = {}
        self.hears: dict[tuple[str, UUID], tuple[int, Moment]] = {}
        self.lines: dict[str, Line] = {}
        self.up = False
        self.life_no = 0
        self.work_s = (0.001, 0.008)
        self.phones: list[Callable[[wire.PanelState], None]] = []
        self.ticket_made_s: dict[tuple[UUID, int], float] = {}
        self.repeats = False
        """The fault: a command that was granted is rung for and granted again."""

    # ── Its life ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def start(self) -> None:
        if not self.up:
            self.up, self.life_no, self.network.host = True, self.life_no + 1, self
            self.world.note("server", "starts")
            self._again(ROUND_S, self._round)
            self._again(SWEEP_S, self.books.sweep)

    def kill(self) -> None:
        if self.up:
            self.up, self.network.host = False, None
            self.lines.clear()
            self.world.note("server", "KILLED")
            self.network.drop_all()

    def now(self) -> Moment:
        at_s = self.world.now_s
        wall = YEAR + timedelta(seconds=at_s + self.machine.wall_ahead_s)
        return Moment(wall, round(self.machine.steady_s(at_s) * 1000), self.machine.boot_id)

    def soon(self, work: Callable[[], None], after_s: float | None = None) -> None:
        """In this process, if it still lives then."""
        life_no = self.life_no
        delay_s = self.world.some(*self.work_s) if after_s is None else after_s
        self.world.later(delay_s, lambda: work() if self.up and self.life_no == life_no else None)

    def _again(self, every_s: float, work: Callable[[], None]) -> None:
        def again() -> None:
            work()
            self.soon(again, every_s)

        self.soon(again, every_s)

    # ── Lines ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def accept(self, connection: Connection) -> None:
        self.world.note("server", "line of", connection.name)

    def gone(self, connection: Connection) -> None:
        line = self.lines.get(connection.name)
        if line is not None and line.connection is connection:
            del self.lines[connection.name]

    def heard(self, connection: Connection, text: str) -> None:
        """Each line's messages are worked on one after the other."""
        message = wire.TO_SERVER.validate_json(text)
        line = self.lines.get(connection.name)
        if isinstance(message, wire.Hello):
            if line is not None:
                line.connection.shut(4409)
            line = self.lines[connection.name] = Line(connection, connection.name)
        if line is None or line.connection is not connection:
            return
        now_s = self.world.now_s
        if isinstance(message, wire.PanelState):
            self._tell_phones(message)  # only shown: it waits for no row [B8]
            return
        at_s = line.free_s = max(now_s, line.free_s) + self.world.some(*self.work_s)
        # what a line that is lost has said is still worked on, as by a thread that has it already
        self.soon(lambda: self._take(line, message), at_s - now_s)

    def _take(self, line: Line, message: wire.ToServer) -> None:
        match message:
            case wire.Hello():
                self._hello(line, message)
            case wire.Claim():
                self._claim(line, message)
            case wire.Result():
                self.books.result(message)
            case wire.RunEvent():
                self._store(line, message)
            case wire.Heard():
                self._heard(line, message)
            case _:
                pass

    def tell(self, bridge: str, message: wire.Message) -> bool:
        line = self.lines.get(bridge)
        if line is None or line.hello_at is None:
            return False
        line.connection.tell(message.model_dump_json())
        return True

    def _tell_phones(self, state: wire.PanelState) -> None:
        for show in self.phones:
            show(state)

    def _hello(self, line: Line, hello: wire.Hello) -> None:
        epoch, acked = self.rows.journal.get(line.bridge, (hello.epoch, 0))
        line.known = epoch == hello.epoch
        if not line.known:
            acked = max((n for b, e, n, _ in self.rows.events if (b, e) == (line.bridge, hello.epoch)), default=0)
        self.rows.journal[line.bridge] = (hello.epoch, acked)
        line.hello, line.hello_at = hello, self.now()
        panels = self._paired(line.bridge)
        welcome = wire.Welcome(protocol=1, bridge_id=UUID(int=1), server_time=line.hello_at.wall, acked_seq=acked, panels=panels)
        self.tell(line.bridge, welcome)
        self._caught_up(line, acked)
        self._round()

    # ── Who leads ────────────────────────────────────────────────────────────────────────────────────────────────────
    def _paired(self, bridge: str) -> list[wire.PairedPanel]:
        shared = len(self.bridges) > 1
        told = [(self.leads[panel_id] == bridge, paired) for panel_id, paired in self.panels.items()]
        return [paired.model_copy(update={"leads": leads, "shared": shared}) for leads, paired in told if leads or shared]

    def _heard(self, line: Line, message: wire.Heard) -> None:
        for one in message.panels:
            self.hears[line.bridge, one.panel_id] = (one.rssi_dbm, self.now())
            self.consider(one.panel_id)

    def consider(self, panel_id: UUID) -> None:
        """B72: by the product's rule, and only while nothing holds the panel."""
        now, before = self.now(), self.leads[panel_id]
        ears = [
            Ear(self.bridges[bridge], dbm, now.wall - at.wall, bridge in self.lines)
            for (bridge, heard_panel), (dbm, at) in self.hears.items()
            if heard_panel == panel_id
        ]
        wanted = leader(self.bridges[before], ears)
        if wanted == self.bridges[before] or self.holds(panel_id):
            return
        self.leads[panel_id] = next(name for name, bridge_id in self.bridges.items() if bridge_id == wanted)
        paired = self.panels[panel_id]
        self.panels[panel_id] = paired.model_copy(update={"lease": paired.lease + 1})
        self.world.note("server", "hands", paired.name, "to", self.leads[panel_id])
        for bridge in (before, self.leads[panel_id]):
            self.tell(bridge, wire.Panels(panels=self._paired(bridge)))

    def holds(self, panel_id: UUID) -> bool:
        sessions = [one for one in self.rows.sessions.values() if one.panel_id == panel_id]
        return any(one.open or one.runs[one.run_no].now.off_confirmed is False for one in sessions)

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def _round(self) -> None:
        """B10, B14, B16: rings for what lives, and repeats every stop without a result."""
        now = self.now()
        for command in self.rows.commands.values():
            if command.state != "waiting":
                continue
            if command.is_stop or command.left_ms(now) > 0:
                self.ring(command)

    def ring(self, command: Command) -> None:
        args = command.args
        self.tell(command.bridge, args if isinstance(args, wire.Stop) else wire.Ring(command_id=command.id, trace=command.trace))

    def _claim(self, line: Line, claim: wire.Claim) -> None:
        command, now = self.rows.commands.get(claim.command_id), self.now()
        if command is None or command.bridge != line.bridge or command.is_stop:
            return
        left_ms = command.left_ms(now)
        # only what its bridge had before is granted as if it were young: nobody but the server can tell an age
        known = command.results > 0
        again = self.repeats and command.state in ("granted", "done", "failed") and (known or left_ms > 0)
        if not again and (command.state != "waiting" or left_ms <= 0):
            code: Any = {"cancelled": "stopped", "waiting": "expired", "expired": "expired"}.get(command.state, "taken")
            self.tell(line.bridge, wire.Deny(command_id=command.id, claim_id=claim.claim_id, code=code))
            self.books.expire(command)
            return
        if not again:
            command.state, command.granted = "granted", now
        assert not isinstance(command.args, wire.Stop)
        grant = wire.Grant(
            command_id=command.id, claim_id=claim.claim_id, life_ms=max(left_ms, AGAIN_MS) if again and known else left_ms,
            args=command.args,
            lease=self.panels[command.panel_id].lease, clearance=command.clearance, trace=command.trace,
        )  # fmt: skip
        self.tell(line.bridge, grant)

    # ── Telemetry ────────────────────────────────────────────────────────────────────────────────────────────────────
    def _store(self, line: Line, event: wire.RunEvent) -> None:
        acked = self.books.store(line.bridge, event)
        self.tell(line.bridge, wire.Ack(seq=acked))
        self._caught_up(line, acked)

    def _caught_up(self, line: Line, acked: int) -> None:
        hello, at = line.hello, line.hello_at
        if hello is not None and at is not None and acked >= hello.last_seq:
            line.hello = None
            self.books.caught_up(line.bridge, hello, at, known=line.known)

    def order_astray(self, plan: Plan, bridge: str) -> None:
        """The fault of a server whose one process has not heard of a hand-over: a start for a bridge that does not lead."""
        panel_id, levels = plan.panel_id, plan.levels_pct
        args = wire.StartArgs(session_id=plan.session_id, run_no=1, panel_id=panel_id, duration_s=10, levels_pct=levels)
        command = self._order(plan.panel_id, args, plan.session_id, 1, limits.COMMAND_LIFE_MS, plan.clearance)
        command.bridge = bridge
        self.ticket_made_s[plan.session_id, 1] = self.world.now_s

    def order_again(self, command: Command) -> None:
        """The fault of a server that has lost a row: another command for the same run."""
        again = replace(
            command,
            id=UUID(int=self.world.dice.getrandbits(128), version=4),
            state="waiting",
            code="",
            made=self.now(),
            results=0,
        )
        self.rows.commands[again.id] = again
        self.ring(again)

    # ── What phones ask for ──────────────────────────────────────────────────────────────────────────────────────────
    def check(self, user: str, plan: Plan) -> Ticket:
        """Refused when the panel is another's, or its bridge is away."""
        self.books.ahead()
        bridge = self.leads[plan.panel_id]
        if bridge not in self.lines:
            raise Refused("bridge_away")
        others = [s for s in self.rows.sessions.values() if s.panel_id == plan.panel_id and s.open and s.id != plan.session_id]
        if others:
            raise Refused("panel_busy")
        return Ticket(self.now(), self.world.now_s, user, plan)

    def begin(self, user: str, ticket: Ticket) -> Command:
        """The start: everything is asked again; the same one again is answered the same."""
        plan, now = ticket.plan, self.now()
        life_ms = now.life_left_ms(ticket.made, limits.TICKET_LIFE_MS)
        if life_ms <= 0:
            raise Refused("ticket_expired")
        session, run = self.books.run(plan.session_id, plan.run_no)
        if run is not None:
            return self.rows.commands[run.command_id]
        self.check(user, plan)
        if session is not None and (session.state != "paused" or plan.run_no != session.run_no + 1):
            raise Refused("session_over" if session.state == "ended" else "run_no_wrong")
        if session is None and plan.run_no != 1:
            raise Refused("run_no_wrong")
        args = wire.StartArgs(
            session_id=plan.session_id, run_no=plan.run_no, panel_id=plan.panel_id, duration_s=plan.duration_s,
            levels_pct=plan.levels_pct, ramp_s=plan.ramp_s,
        )  # fmt: skip
        command = self._order(plan.panel_id, args, plan.session_id, plan.run_no, life_ms, plan.clearance)
        session = session or Session(plan.session_id, user, plan.panel_id)
        session.state, session.run_no = "requested", plan.run_no
        now_run = rules.RunNow(
            state="requested", wish="", duration_s=plan.duration_s, highest_pct=dict(plan.levels_pct), requested_at=now.wall
        )
        session.runs[plan.run_no] = RunRow(now_run, command.id)
        self.rows.sessions[session.id] = session
        self.ticket_made_s[(session.id, plan.run_no)] = ticket.made_s
        return command

    def _order(
        self, panel_id: UUID, args: wire.CommandArgs, session_id: UUID, run_no: int | None, life_ms: int,
        clearance: wire.Clearance | None = None,
    ) -> Command:  # fmt: skip
        command_id = UUID(int=self.world.dice.getrandbits(128), version=4)
        command = Command(command_id, self.leads[panel_id], panel_id, session_id, run_no, args, self.now(), life_ms, clearance)
        self.rows.commands[command_id] = command
        self.soon(lambda: self.ring(command))
        return command

    def levels(self, session_id: UUID, levels_pct: dict[int, int]) -> Command:
        session = self.rows.sessions[session_id]
        run = session.runs[session.run_no]
        if session.state not in ("requested", "arming", "running") or run.now.wish:
            raise Refused("not_running")
        highest = {nm: max(pct, run.now.highest_pct.get(nm, 0)) for nm, pct in levels_pct.items()}
        run.now = replace(run.now, highest_pct={**run.now.highest_pct, **highest})
        args = wire.SetLevelsArgs(session_id=session_id, panel_id=session.panel_id, levels_pct=levels_pct)
        return self._order(session.panel_id, args, session_id, None, limits.COMMAND_LIFE_MS)

    def stop(self, session_id: UUID, run_no: int, panel_id: UUID, *, wish: rules.Wish = "stop", emergency: bool = False) -> None:
        """The bell first, the row after."""
        name = f"{wish} {run_no}{' emergency' if emergency else ''}"
        stop = wire.Stop(
            command_id=uuid5(session_id, name), panel_id=panel_id, session_id=session_id, run_no=run_no, emergency=emergency,
            trace=f"trace-{session_id.hex[:12]}",
        )  # fmt: skip
        bridge = self.leads[panel_id]
        self.tell(bridge, stop)
        self.soon(lambda: self.books.note_stop(bridge, stop, wish))
