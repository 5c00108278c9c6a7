"""How the server's rows move: commands to their final word, runs and sessions by the product's pure rules."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.therapy import jumps, rules
from tests.sim.relay.rows import LAST_WORDS, Command, Rows, RunRow, Session
from tests.sim.relay.world import World

UNANSWERED_S: Final = 90


class Books:
    def __init__(self, world: World, rows: Rows, now: Callable[[], Moment]) -> None:
        self.world, self.rows, self.now = world, rows, now

    def ahead(self) -> tuple[jumps.Jump, ...]:
        """Look at the clocks, as the product does where a start is judged and where it sweeps."""
        now = self.now()
        self.rows.mark = jumps.look(self.rows.mark, jumps.Mark(now.wall, now.steady_ms, now.clock_id))
        return self.rows.mark.jumps

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def expire(self, command: Command) -> None:
        if command.state == "waiting" and not command.is_stop:
            command.state, command.code = "expired", "expired"
            self.answered(command)

    def result(self, result: wire.Result) -> None:
        command = self.rows.commands.get(result.command_id)
        if command is None:
            return
        command.results += 1
        if command.state == "granted" or (command.state == "waiting" and command.is_stop):
            command.state, command.code = ("done" if result.ok else "failed"), result.code
            self.answered(command)

    def answered(self, command: Command) -> None:
        if not isinstance(command.args, wire.StartArgs) or command.code == "ok":
            return
        session, run = self.run(command.session_id, command.run_no)
        if session is not None and run is not None:
            after = rules.after_answer(run.now, command.code, run.heard, self.now().wall)
            keeps_pause = command.run_no != 1 and command.code in rules.MAY_TRY_AGAIN
            self.keep(session, command.run_no or 1, after, keeps_pause=keeps_pause)

    # ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def run(self, session_id: UUID | None, run_no: int | None) -> tuple[Session | None, RunRow | None]:
        session = self.rows.sessions.get(session_id) if session_id else None
        return session, (session.runs.get(run_no or 0) if session else None)

    def keep(self, session: Session, run_no: int, after: rules.RunNow, *, keeps_pause: bool = False) -> None:
        session.runs[run_no].now = after
        if after.state == "ended":
            for command in self.rows.commands.values():
                settled = command.session_id == session.id and (command.run_no or 0) <= run_no
                if command.is_stop and command.state == "waiting" and settled:
                    command.state, command.code = "done", "ended"
        if run_no == session.run_no and session.open:
            session.state = rules.session_state(after, keeps_pause=keeps_pause)
        self.world.note("server", "session", session.id.hex[-4:], f"run {run_no}", after.state, after.end_reason)

    def store(self, bridge: str, event: wire.RunEvent) -> int:
        """The last number that is stored."""
        epoch, acked = self.rows.journal[bridge]
        if not rules.is_next(epoch, acked, event):
            return acked
        self.rows.journal[bridge] = (epoch, event.seq)
        self.rows.events.append((bridge, epoch, event.seq, event))
        session, run = self.run(event.session_id, event.run_no)
        if session is not None and run is not None and event.run_no is not None:
            run.heard = True
            self.keep(session, event.run_no, rules.step(run.now, event, self.now().wall))
        return event.seq

    def caught_up(self, bridge: str, hello: wire.Hello, at: Moment, *, known: bool) -> None:
        """B44: what the journal does not know was never lit; a lost journal counts in full."""
        named = {(one.session_id, one.run_no) for one in hello.open_runs}
        for session in self.rows.sessions.values():
            for run_no, run in session.runs.items():
                command = self.rows.commands[run.command_id]
                granted = command.granted is not None and command.granted.steady_ms <= at.steady_ms
                if run.now.state != "ended" and command.bridge == bridge and granted and (session.id, run_no) not in named:
                    lost = rules.lost(run.now, bounded=True, now=at.wall)
                    after = rules.never_lit(run.now, "late", at.wall) if known and not run.heard else lost
                    self.keep(session, run_no, after, keeps_pause=not run.heard and run_no > 1)

    def sweep(self) -> None:
        now, ahead = self.now(), self.ahead()
        for command in self.rows.commands.values():
            if command.left_ms(now) <= 0:
                self.expire(command)
            if command.state == "granted" and command.granted is not None and _long_ago(command.granted, now):
                command.state, command.code = "failed", "unanswered"
        for session in self.rows.sessions.values():
            for run_no, run in session.runs.items():
                if rules.overdue(run.now, bounded=True, now=now.wall, jumps=ahead):
                    self.keep(session, run_no, rules.lost(run.now, bounded=True, now=now.wall))

    def note_stop(self, bridge: str, stop: wire.Stop, wish: rules.Wish) -> None:
        row = self.rows.commands.get(stop.command_id)
        if row is None:
            row = Command(stop.command_id, bridge, stop.panel_id, stop.session_id, stop.run_no, stop, self.now(), 0)
            self.rows.commands[row.id] = row
        elif row.state == "failed":
            row.state, row.made = "waiting", self.now()
        for command in self.rows.commands.values():
            mine = command.session_id == stop.session_id and (command.run_no or 0) <= (stop.run_no or 0)
            if mine and command.state == "waiting" and not command.is_stop:
                command.state, command.code = "cancelled", "stopped"
                self.answered(command)
        session, run = self.run(stop.session_id, stop.run_no)
        if session is None or run is None or stop.run_no is None:
            return
        self.keep(session, stop.run_no, rules.wished(run.now, wish))
        if wish == "stop" and session.state == "paused":
            session.state = "ended"

    def still_open(self) -> list[str]:
        """What has no final word."""
        left = [
            f"command {one.trace} {type(one.args).__name__} {one.state}"
            for one in self.rows.commands.values()
            if one.state not in LAST_WORDS
        ]
        return left + [
            f"session {one.id.hex[-4:]} {one.state}"
            for one in self.rows.sessions.values()
            if one.state not in ("ended", "paused")
        ]


def _long_ago(granted: Moment, now: Moment) -> bool:
    """Nobody will answer it any more [B17]."""
    return granted.clock_id != now.clock_id or now.steady_ms - granted.steady_ms > UNANSWERED_S * 1000
