"""Whatever is written to the virtual panel and whenever: what must never happen does not."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ble_bridge.drivers.open_panel_wire import KeepAlive, Result, SetLevels, Start, State, Stop
from ble_bridge.virtual.model import FaultName, PanelModel, panel_info

tokens = st.integers(1, 4)
levels = st.tuples(st.sampled_from([0, 4, 5, 60, 100, 101]), st.sampled_from([0, 9, 10, 60, 100, 255]))


class PanelLife(RuleBasedStateMachine):
    """Keeps its own, simpler account of what may shine, and compares."""

    runs = 0

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 500.0
        self.model = PanelModel(panel_info("NWV-FUZZ"), self.now_s)
        self.lit_by: dict[int, float] = {}
        self.dark_by_s = self.now_s
        self.kept_s = self.now_s
        self.deadman_s = 0.0
        self.local = False

    @rule(token=tokens, duration_s=st.integers(0, 2000), deadman_ms=st.integers(400, 11_000), levels_pct=levels)
    def starts(self, token: int, duration_s: int, deadman_ms: int, levels_pct: tuple[int, int]) -> None:
        dark_before = not any(self.model.output_pct)
        result = self.model.command(Start(0, token, duration_s, deadman_ms, levels_pct), self.now_s)
        if dark_before and any(self.model.output_pct):
            assert result is Result.SUCCESS
            assert token not in self.lit_by or len(self.lit_by) > 8, "a token lit the panel twice"
            self.lit_by[token] = self.now_s
            PanelLife.runs += 1
            self.dark_by_s, self.kept_s, self.deadman_s = self.now_s + duration_s, self.now_s, deadman_ms / 1000
            self.local = False

    @rule(token=tokens)
    def keeps_alive(self, token: int) -> None:
        if self.model.command(KeepAlive(0, token), self.now_s) is Result.SUCCESS:
            self.kept_s = self.now_s

    @rule(token=tokens, levels_pct=levels)
    def sets_levels(self, token: int, levels_pct: tuple[int, int]) -> None:
        if self.model.command(SetLevels(0, token, levels_pct), self.now_s) is Result.SUCCESS:
            self.kept_s = self.now_s

    @rule()
    def stops(self) -> None:
        self.model.command(Stop(0), self.now_s)
        assert not any(self.model.output_pct)

    @rule()
    def presses_the_button(self) -> None:
        dark_before = not any(self.model.output_pct)
        self.model.press_button(self.now_s)
        if dark_before and any(self.model.output_pct):
            self.local, self.dark_by_s = True, self.now_s + 600

    @rule()
    def cuts_the_power(self) -> None:
        self.model.cut_power(self.now_s)
        assert not any(self.model.output_pct)

    @rule(on=st.booleans())
    def heats(self, on: bool) -> None:
        self.model.set_fault(FaultName.HOT, on, self.now_s)

    @rule(seconds=st.floats(0, 20))
    def waits(self, seconds: float) -> None:
        self.now_s += seconds
        self.model.advance(self.now_s)

    @invariant()
    def never_outlasts_timer_or_deadman(self) -> None:
        if any(self.model.output_pct):
            assert self.now_s < self.dark_by_s
            assert self.local or self.now_s < self.kept_s + self.deadman_s

    @invariant()
    def shines_only_in_a_run_and_within_its_channels(self) -> None:
        status = self.model.status(self.now_s)
        assert any(self.model.output_pct) == (status.state is State.RUNNING)
        assert status.levels_pct == self.model.output_pct
        assert self.model.output_pct[0] in {0, 5, 50, 60, 100}
        assert self.model.output_pct[1] in {0, 10, 50, 60, 100}

    @invariant()
    def never_shines_while_too_hot(self) -> None:
        if any(self.model.output_pct):
            assert self.model.temperature_c(self.now_s) < 70.0


def test_it_never_shines_when_it_must_not() -> None:
    PanelLife.runs = 0
    run_state_machine_as_test(PanelLife, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))
    assert PanelLife.runs > 0, "the fuzz never lit the panel"
