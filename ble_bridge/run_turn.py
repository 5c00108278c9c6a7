"""One turn of the session machine: the state being changed and the effects asked for. Pure from outside; see `runner.step`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar
from uuid import UUID

from ble_bridge import run_dose as dose
from ble_bridge.contract.wire import EndReason
from ble_bridge.run_model import Ended, Off, PanelState, Run
from ble_bridge.run_words import LIT_PHASES, STOPS, Close, Effect, OpKind, Phase, ReadStatus, Reply, Report, Tell, Write

ESCALATE_MS: Final = 300
"""A stop without proof of off for this long is repeated on the emergency-stop characteristic [B22]."""
DARK_WITHIN_MS: Final = 100
"""A panel is dark so long after its dead-man ran out at the latest [S31]."""
OWN_TOKENS_KEPT: Final = 8
SESSIONS_KEPT: Final = 64
REASONS_BY_CODE: Final[Mapping[str, EndReason]] = {
    "late": "late", "not_connected": "late", "over_limit": "over_limit", "no_clearance": "over_limit",
    "not_confirmed": "not_confirmed", "stopped": "client",
}  # fmt: skip
"""How a start that failed with this code is told to have ended; else `refused`."""

Key = TypeVar("Key", bound=UUID | None)


def remember(known: Mapping[Key, int], key: Key, value: int) -> dict[Key, int]:
    """The mapping with this key last, and the oldest forgotten."""
    kept = {k: v for k, v in known.items() if k != key}
    kept[key] = value
    return dict(list(kept.items())[-SESSIONS_KEPT:])


class Turn:
    """Changes one `PanelState` in steps; `state` and `effects` are the result."""

    def __init__(self, state: PanelState, now_ms: int) -> None:
        self.state = state
        self.now_ms = now_ms
        self.effects: list[Effect] = []

    # ── Small words ──────────────────────────────────────────────────────────────────────────────────────────────────
    def set(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def set_run(self, **changes: Any) -> None:
        if self.state.run is not None:
            self.set(run=replace(self.state.run, **changes))

    def enter(self, phase: Phase) -> None:
        self.set_run(phase=phase, since_ms=self.now_ms)

    @property
    def linked(self) -> bool:
        """Something can be written, be it only a stop."""
        return self.state.link in ("connected", "suspect") and self.state.facts is not None

    @property
    def free(self) -> bool:
        """No operation is under way that another would queue behind; stops never wait for it."""
        return not self.state.in_flight - STOPS

    def write(self, kind: OpKind, effect: Write) -> None:
        self.set(in_flight=self.state.in_flight | {kind})
        self.effects.append(effect)

    def arm(self, kind: OpKind, effect: Write) -> None:
        """Write what rearms the dead-man of the run."""
        run = self.state.run
        if run is not None:
            unanswered = None if run.unanswered is None else run.unanswered + 1
            self.set_run(rearmed_ms=self.now_ms, unanswered=unanswered)
            self.write(kind, effect)

    def armed(self) -> None:
        """The panel has acted on what rearms its dead-man, and on all that was written before [S10]."""
        run, facts = self.state.run, self.state.facts
        if run is not None and run.unanswered is not None and facts is not None and facts.answers:
            self.set_run(armed_ms=self.now_ms, unanswered=0)

    def read(self, every_ms: int) -> None:
        """Ask for the panel's status, not more often than this."""
        facts = self.state.facts
        confirms = facts is not None and facts.confirm != "none" and not self.state.mismatch
        if self.linked and confirms and self.free and self.now_ms - self.state.read_ms >= every_ms:
            self.set(read_ms=self.now_ms)
            self.write("read", ReadStatus(self.state.link_no))

    def tell(self, event: str, **fields: Any) -> None:
        """A fact about the present run, if there is one."""
        run = self.state.run
        about = {} if run is None else {"session_id": run.args.session_id, "run_no": run.args.run_no, "trace": run.trace}
        self.effects.append(Tell(event, **{**about, **fields}))

    def reply(self, code: str, detail: str = "", *, ok: bool = False) -> None:
        """The one result of the run's start [B15]."""
        run = self.state.run
        if run is not None and run.command_id is not None and not run.replied:
            self.effects.append(Reply(run.command_id, ok, code, detail[:300], run.trace))
            self.set_run(replied=True)

    def settle_levels(self, code: str, detail: str = "", *, ok: bool = False) -> None:
        """The one result of a level command that is still owed [B15]."""
        run = self.state.run
        if run is not None and run.pending is not None:
            self.effects.append(Reply(run.pending.command_id, ok, code, detail[:300], run.pending.trace))
            self.set_run(pending=None)

    def tell_dose(self) -> None:
        run = self.state.run
        if run is None or run.meter is None:
            return
        event = dose.untold(run.meter)
        if event is not None:
            self.effects.append(replace(event, session_id=run.args.session_id, run_no=run.args.run_no, trace=run.trace))
        self.set_run(meter=dose.told(run.meter, self.now_ms))

    # ── Ways out ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def fail_start(self, code: str, detail: str = "") -> None:
        """The start will not be: say why, and end in off [B21]."""
        run = self.state.run
        if run is None:
            return
        self.reply(code, detail)
        reason = REASONS_BY_CODE.get(code, "refused")
        if run.phase in LIT_PHASES:
            self.stop_run(reason, detail=detail)
        elif run.phase == "requested":
            self.set(run=None)
        else:
            self.end_run(reason, off_confirmed=None, detail=detail, over=True)

    def stop_run(self, reason: EndReason, *, emergency: bool = False, detail: str = "", trace: str | None = None) -> None:
        """Off, and on until the panel says so [B22]. A run that may not have lit yet is refused instead."""
        run = self.state.run
        if run is None:
            return
        if run.phase not in LIT_PHASES:
            self.fail_start("stopped", detail or "a stop came first")
            return
        if run.ending is None:
            self.reply("stopped" if reason == "client" else "not_confirmed", detail)
            self.settle_levels("stopped")
            self.set_run(ending=reason, ramp=None)
            if run.phase != "unknown":
                self.enter("stopping")
            self.tell("stopping", end_reason=reason, detail=detail[:300], **({"trace": trace} if trace else {}))
        self.ask_off(emergency=emergency, trace=trace)

    def ask_off(self, *, emergency: bool = False, trace: str | None = None) -> None:
        off = self.state.off
        now_ms = self.now_ms
        at_once = emergency or self.state.link == "suspect" or not self.free
        emergency_due_ms = now_ms if at_once else now_ms + ESCALATE_MS
        if off is None:
            off = Off(now_ms, emergency, due_ms=now_ms, emergency_due_ms=emergency_due_ms, trace=trace)
        else:
            due_ms = min(off.emergency_due_ms, emergency_due_ms)
            off = replace(off, emergency=off.emergency or emergency, emergency_due_ms=due_ms, trace=trace or off.trace)
        self.set(off=off, off_confirmed=False)

    def end_run(self, reason: EndReason, *, off_confirmed: bool | None, detail: str = "", over: bool = False) -> None:
        """Nothing of this run is left to do, but perhaps to see that it is off (`over` says that there is not)."""
        run = self.state.run
        if run is None:
            return
        self.reply("not_confirmed" if run.ending is None else "stopped", detail)
        self.settle_levels("stopped")
        self.tell_dose()
        self.tell("ended", end_reason=reason, off_confirmed=off_confirmed, detail=detail[:300])
        on_ms = run.meter.on_ms if run.meter else 0.0
        ended = Ended(run.args.session_id, run.args.run_no, run.token, reason, off_confirmed, on_ms)
        tokens = (*self.state.own_tokens, run.token)[-OWN_TOKENS_KEPT:]
        self.set(run=None, last=ended, own_tokens=tokens, off_confirmed=off_confirmed)
        if over:
            self.effects.append(Close(run.args.session_id, run.args.run_no))

    def is_ours(self, report: Report) -> bool:
        """Whether this light is the present run's [B23]."""
        run, facts = self.state.run, self.state.facts
        if run is None or run.phase not in LIT_PHASES or not report.running or facts is None:
            return False
        return report.token == run.token if facts.confirm == "token" else True

    def is_stuck(self, report: Report) -> bool:
        """Whether an output of ours is lit though the panel's own state is off."""
        run = self.state.run
        known = run is not None and run.phase in LIT_PHASES and report.token in (None, run.token)
        return report.lit and not report.running and known

    def timer_until_ms(self, run: Run) -> int:
        """When its light can have been on at the latest by the panel's timer, if it has one, whatever became of its dead-man."""
        safety = self.state.facts.safety if self.state.facts else "none"
        timed = safety != "none" and run.planned_end_ms and not run.stuck
        return max(min(self.now_ms, run.planned_end_ms) if timed else self.now_ms, run.seen_ms)

    def light_until_ms(self, run: Run) -> int:
        """When the light of a run that is now seen dark can have been on at the latest [B43, B47]."""
        until_ms = self.timer_until_ms(run)
        safety = self.state.facts.safety if self.state.facts else "none"
        if safety != "deadman" or not run.deadman_ms or run.stuck or run.unanswered is None:
            return until_ms
        patience_ms = (1 + run.unanswered) * (run.deadman_ms + DARK_WITHIN_MS)
        return max(min(until_ms, max(run.armed_ms, run.seen_ms) + patience_ms), run.seen_ms)
