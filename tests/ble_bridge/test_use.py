"""What a person is told of a panel that is of no use as it is, and for how long. Rules of `docs/bluez.md`."""

import pytest

from ble_bridge.contract.states import Wrong
from ble_bridge.reach_model import NO_BOND, SILENT
from ble_bridge.use import SAID_FOR_MS, SHUT_OUT_TIMES, Use


@pytest.mark.parametrize(
    ("mismatch", "wrong"),
    [
        ("", None),
        (f"{NO_BOND}: its button was not held", "not_bonded"),
        ("another serial number: NWV-1", "another"),
        (SILENT, None),
    ],
)
def test_Z18_what_stands_in_the_way_is_told(mismatch: str, wrong: Wrong | None) -> None:
    use = Use()
    use.linked(mismatch, 1_000)
    assert use.told(1_001)["wrong"] == wrong


def test_Z18_it_is_told_until_the_panel_is_of_use() -> None:
    use = Use()
    use.linked(NO_BOND, 0)
    use.linked("", 10)
    assert use.told(20)["wrong"] is None


def test_Z18_it_is_not_told_of_a_panel_that_nobody_has_seen_since() -> None:
    use = Use()
    use.linked(NO_BOND, 0)
    assert use.told(SAID_FOR_MS - 1)["wrong"] == "not_bonded"
    assert use.told(SAID_FOR_MS)["wrong"] is None


def test_Z16_a_code_is_told_as_long_as_it_waits() -> None:
    use = Use()
    use.passkey = "042917"
    assert use.told(0)["passkey"] == "042917"


def test_Z18_a_bond_is_called_lost_when_no_link_comes_about_twice_in_a_row() -> None:
    use = Use()
    for _ in range(SHUT_OUT_TIMES):
        use.shut_out(0)
        use.linked("", 0)
    assert use.told(0)["wrong"] is None, "a link came about in between"
    use.shut_out(0)
    assert use.told(0)["wrong"] is None, "once may be the radio"
    use.shut_out(0)
    assert use.told(0)["wrong"] == "bond_lost"


def test_Z18_who_pairs_anew_is_told_what_to_do_and_not_of_the_old_bond() -> None:
    use = Use()
    for _ in range(SHUT_OUT_TIMES):
        use.shut_out(0)
    use.pairs_anew(1)
    use.shut_out(2)
    assert use.told(3)["wrong"] == "not_bonded"
