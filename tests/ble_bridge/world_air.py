"""The radio between the session machine and the panel: latency, loss, links made and lost, and what the panel notifies."""

from collections.abc import Callable

from ble_bridge.contract import limits
from ble_bridge.drivers.driver import Answer, Exchange
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.drivers.open_panel_wire import (
    CONTROL_POINT_UUID,
    STATUS_UUID,
    Status,
    decode_command,
    encode_answer,
    encode_info,
    encode_status,
)
from ble_bridge.drivers.open_panel_wire import Answer as WireAnswer
from ble_bridge.run_model import PanelState, Run
from ble_bridge.run_words import Event, LinkSuspect, OpDone, OpKind, Outcome, Report, Reported
from ble_bridge.virtual.model import FaultName
from tests.ble_bridge.world_light import Light


class Air(Light):
    """`send` gives the machine an event; `state` is the machine's."""

    state: PanelState

    def __init__(self, seed: int, now_ms: int, latency_ms: int) -> None:
        super().__init__(seed, now_ms)
        self.latency_ms = latency_ms
        self.loss = 0.0
        self.in_range = True
        self.link_no = 0
        self.linked = False
        self.driver = OpenPanel(encode_info(self.model.info))
        self.proof_ms = -(10**9)
        self.last_status: Status | None = None
        self.notified_ms = 0
        self.misses = 0

    def send(self, event: Event) -> object:
        raise NotImplementedError

    def _lost(self) -> bool:
        return not self.linked or not self.in_range or self.random.random() < self.loss

    def _exchange(self, kind: OpKind, exchange: Exchange) -> None:
        def at_panel() -> bytes:
            result = self.model.command(decode_command(exchange.payload), self.now_ms / 1000)
            self._poll_panel()
            return encode_answer(WireAnswer(exchange.payload[0], exchange.payload[1], result))

        def back(payload: bytes) -> Outcome:
            said = self.driver.hear(CONTROL_POINT_UUID, payload)
            assert isinstance(said, Answer)
            assert said.key == exchange.answer
            return said.outcome

        self._ask(kind, at_panel, back)

    def _ask(self, kind: OpKind, at_panel: Callable[[], bytes], back: Callable[[bytes], Outcome]) -> None:
        """There, an answer, and back, each after the latency, if nothing is lost; else a miss at the deadline."""
        link_no = self.link_no
        finish = self._finisher(kind, link_no)

        def arrive() -> None:
            mute = FaultName.MUTE in self.model.faults or (kind == "read" and FaultName.NO_STATUS in self.model.faults)
            if not mute and self._same_link(link_no):
                payload = at_panel()
                if not self._lost():
                    self.later(self.latency_ms, lambda: answered(payload))

        def answered(payload: bytes) -> None:
            if self._same_link(link_no):
                finish(back(payload))

        if not self._lost():
            self.later(self.latency_ms, arrive)
        self.later(limits.OPERATION_DEADLINE_MS, lambda: finish("missed"))

    def _finisher(self, kind: OpKind, link_no: int) -> Callable[[Outcome], None]:
        """Says once how an operation ended, to the process that asked."""
        epoch, done = self.epoch, [False]

        def finish(outcome: Outcome) -> None:
            if not done[0] and self.epoch == epoch:
                done[0] = True
                self._note_miss(outcome)
                self.send(OpDone(link_no, kind, outcome))

        return finish

    def _same_link(self, link_no: int) -> bool:
        return self.linked and self.link_no == link_no

    def _emergency(self, _exchange: Exchange) -> None:
        link_no = self.link_no
        if not self._lost():
            self.later(self.latency_ms, self._emergency_arrives)
        self.later(1, lambda: self._finisher("emergency", link_no)("ok"), self.epoch)

    def _emergency_arrives(self) -> None:
        self.model.emergency_stop(self.now_ms / 1000)
        self._poll_panel()

    def _read(self) -> None:
        link_no = self.link_no

        def back(payload: bytes) -> Outcome:
            self._deliver(payload, link_no)
            return "ok"

        self._ask("read", lambda: encode_status(self.model.take_status(self.now_ms / 1000)), back)

    def _note_miss(self, outcome: Outcome) -> None:
        """Two misses make the link suspect, an answer clears it: what the radio does."""
        self.misses = self.misses + 1 if outcome == "missed" else 0
        if self.linked:
            self.send(LinkSuspect(self.misses >= 2))

    def _poll_panel(self) -> None:
        """Notifies a change at once, and each second while lit or in a fault [S46]."""
        if not self.linked or self.model.faults & {FaultName.MUTE, FaultName.NO_NOTIFY, FaultName.NO_STATUS}:
            return
        status = self.model.status(self.now_ms / 1000)
        last = self.last_status
        changed = last is None or any(
            getattr(status, name) != getattr(last, name) for name in ("state", "reason", "flags", "token", "levels_pct")
        )
        due = (self.lit or self.model.latched) and self.now_ms - self.notified_ms >= 1000
        if changed or due:
            self.last_status, self.notified_ms = self.model.take_status(self.now_ms / 1000), self.now_ms
            payload, link_no = encode_status(self.last_status), self.link_no
            if not self._lost():
                self.later(self.latency_ms, lambda: self._deliver(payload, link_no), self.epoch)

    def _deliver(self, payload: bytes, link_no: int) -> None:
        if link_no != self.link_no or not self.linked:
            return
        report = self.driver.hear(STATUS_UUID, payload)
        if isinstance(report, Report):
            run: Run | None = self.state.run
            if run is not None and report.running and report.token == run.token:
                self.proof_ms = self.now_ms
            self.send(Reported(link_no, report))
