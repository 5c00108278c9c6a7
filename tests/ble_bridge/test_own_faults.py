"""How much of what is wrong with a profile is told in one answer. Rule of `docs/profiles.md`."""

from ble_bridge.contract import limits
from ble_bridge.own_profiles import _as_many_as_fit

FAULT = "profile:16: `gap_ms` is 900: write a number from 0 to 200"


def test_F61_faults_are_told_whole_and_the_rest_is_counted() -> None:
    told = _as_many_as_fit([FAULT] * 100).splitlines()
    assert set(told[:-1]) == {FAULT}
    assert told[-1] == f"And {100 - len(told[:-1])} more."
    assert limits.MAX_DETAIL_LETTERS - 2 * len(FAULT) < len("\n".join(told)) <= limits.MAX_DETAIL_LETTERS
    assert _as_many_as_fit([FAULT] * 3).splitlines() == [FAULT] * 3


def test_F61_a_fault_longer_than_all_is_cut() -> None:
    assert _as_many_as_fit(["x" * 5000, FAULT]) == "x" * limits.MAX_DETAIL_LETTERS
