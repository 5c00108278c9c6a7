"""A person with a phone: opens the session's screen, holds to start, changes levels, pauses, stops."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal
from uuid import UUID

from ble_bridge.contract import limits, wire
from tests.sim.relay.rows import Session
from tests.sim.relay.server import Plan, Refused, Server, Ticket
from tests.sim.relay.world import World

SILENCE_S: Final = 4.0
"""As the app's: a state older than this shows nothing (nirweb/pwa, features/session/view.ts)."""
TICKET_EVERY_S: Final = 3.0
WATCH_EVERY_S: Final = 10.0
STOP_EVERY_S: Final = 1.0
EMERGENCY_AFTER: Final = 3
Shown = Literal["lit", "dark", "unknown"]


class Phone:
    def __init__(self, world: World, server: Server, name: str) -> None:
        self.world, self.server, self.name = world, server, name
        self.online = True
        self.tunnel_s = 0.0
        """So long a tap is held up on its way."""
        self.twice = False
        """The answer is not heard, so all is asked again."""
        self.plan: Plan | None = None
        self.ticket: Ticket | None = None
        self.stopping = False
        self.started: set[tuple[UUID, int]] = set()
        self.refused: list[str] = []
        self._heard: dict[UUID, tuple[float, wire.PanelState]] = {}
        self._hears_s = 0.0
        self._screen_no = 0
        self._tapped_s = 0.0
        server.phones.append(self._hear)

    # ── What it shows ────────────────────────────────────────────────────────────────────────────────────────────────
    def _hear(self, state: wire.PanelState) -> None:
        def shown() -> None:
            if self.online:
                self._heard[state.panel_id] = (self.world.now_s, state)

        # one line: what was said later is never heard before
        self._hears_s = max(self._hears_s, self.world.now_s + self.world.some(0.01, 0.1))
        self.world.later(self._hears_s - self.world.now_s, shown)

    def shows(self, panel_id: UUID) -> Shown:
        at_s, state = self._heard.get(panel_id, (0.0, None))
        if state is None or not self.online or not self.server.up or self.world.now_s - at_s > SILENCE_S:
            return "unknown"
        if state.run == "running":
            if self.world.now_s - at_s + (state.status_age_ms or 0) / 1000 > SILENCE_S:
                return "unknown"
            return "lit"
        return "dark" if state.run in ("idle", "ended") and state.off_confirmed and not state.foreign else "unknown"

    # ── What the person does ─────────────────────────────────────────────────────────────────────────────────────────
    def open(self, plan: Plan) -> None:
        """The session's screen: the panel is watched and the ticket kept fresh until it is closed."""
        self._screen_no += 1
        self.plan, self.ticket, self.stopping = plan, None, False
        screen_no = self._screen_no
        self._while_open(screen_no, WATCH_EVERY_S, self._watch)
        self._while_open(screen_no, TICKET_EVERY_S, self._check)

    def _while_open(self, screen_no: int, every_s: float, act: Callable[[], None]) -> None:
        if screen_no == self._screen_no:
            act()
            self.world.later(every_s, lambda: self._while_open(screen_no, every_s, act))

    def close(self) -> None:
        self._screen_no += 1

    def _ask(self, work: Callable[[], object], *, held_up_s: float = 0.0) -> None:
        """To the server, when it comes through; refusals are told to the person."""

        def arrive() -> None:
            if not (self.online and self.server.up):
                return
            try:
                work()
            except Refused as refused:
                self.refused.append(str(refused))
                self.world.note(self.name, "is refused:", refused)

        self.world.later(self.world.some(0.01, 0.1) + held_up_s, arrive)

    def _watch(self) -> None:
        plan = self.plan
        if plan is not None:
            watch = wire.Watch(panel_id=plan.panel_id, on=True)
            self._ask(lambda: self.server.tell(self.server.leads[plan.panel_id], watch))

    def _check(self) -> None:
        plan = self.plan
        if plan is None or (plan.session_id, plan.run_no) in self.started:
            return

        def checked() -> None:
            ticket = self.server.check(self.name, plan)
            self.world.later(self.world.some(0.01, 0.1), lambda: self._hold(ticket))

        self._ask(checked)

    def _hold(self, ticket: Ticket) -> None:
        if self.plan == ticket.plan:
            self.ticket = ticket

    def tap(self) -> None:
        """Held to start, with the newest ticket."""
        ticket, self.ticket = self.ticket, None
        if ticket is None:
            return
        self.world.note(self.name, "holds to start", ticket.plan.session_id.hex[-4:], f"run {ticket.plan.run_no}")
        self.started.add((ticket.plan.session_id, ticket.plan.run_no))
        self._tapped_s = self.world.now_s
        for _ in range(2 if self.twice else 1):
            self._ask(lambda: self.server.begin(self.name, ticket), held_up_s=self.tunnel_s)

    def session(self) -> Session | None:
        return self.server.rows.sessions.get(self.plan.session_id) if self.plan else None

    def _has_begun(self, plan: Plan) -> bool:
        """Before a start was held for, there is nothing to press that ends it."""
        return any(session_id == plan.session_id for session_id, _ in self.started)

    def levels(self, levels_pct: dict[int, int]) -> None:
        session = self.session()
        if session is not None and session.open:
            self._ask(lambda: self.server.levels(session.id, levels_pct))

    def pause(self) -> None:
        plan = self.plan
        if plan is None or not self._has_begun(plan):
            return

        def asked() -> None:
            if plan.session_id in self.server.rows.sessions:
                self.server.stop(plan.session_id, plan.run_no, plan.panel_id, wish="pause")
            else:
                self.stop()  # its start is still on its way: a stop takes the place of the pause

        self._ask(asked)

    def resume(self) -> None:
        """Opens the screen of the next run, with the time that is left; every check is made again."""
        session, plan = self.session(), self.plan
        if session is not None and plan is not None and session.state == "paused":
            left_s = plan.duration_s - session.runs[session.run_no].now.light.on_s
            if left_s >= 1:
                self.open(replace(plan, run_no=session.run_no + 1, duration_s=int(left_s), ramp_s=0))

    def stop(self) -> None:
        """Pressed, and tried again until the server says that it is over."""
        if self.plan is not None and not self.stopping and self._has_begun(self.plan):
            self.stopping = True
            self.world.note(self.name, "stops", self.plan.session_id.hex[-4:])
            self._keep_stopping(self.plan, 0)

    def _keep_stopping(self, plan: Plan, tried: int) -> None:
        session = self.server.rows.sessions.get(plan.session_id)
        may_come = session is None and self.world.now_s < self._tapped_s + limits.TICKET_LIFE_MS / 1000
        if tried > 0 and not may_come and (session is None or not session.open) and self.online and self.server.up:
            return
        emergency = tried >= EMERGENCY_AFTER
        self._ask(lambda: self.server.stop(plan.session_id, plan.run_no, plan.panel_id, emergency=emergency))
        self.world.later(STOP_EVERY_S, lambda: self._keep_stopping(plan, tried + 1))
