"""A panel that asks for a code, from its choice on the phone to a session, over the real bluetoothd and kernel [Z16, S60-S63]."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.lamp import goes_dark, lit
from tests.e2e.machine.conftest import Machine
from tests.e2e.people import Person

PAIRS_WITHIN_S = 45


@pytest.mark.timeout(480)
def test_Z16_a_panel_is_bonded_by_the_code_on_the_phone_and_runs_a_session(
    machine: Machine, person: Callable[..., Person], shots: Path
) -> None:
    ada = person("Ada")
    ada.signs_up()
    ada.answers_the_health_questions()
    ada.lets_the_bridge_in(machine.link())
    ada.chooses_the_panel("Bathroom panel", None)
    ada.sees("Make it ready to be paired")
    ada.page.screenshot(path=shots / "bond-ready-390.png", full_page=True)
    machine.panel.button(held_s=3.0)
    code = _code(ada)
    ada.page.screenshot(path=shots / "bond-code-390.png", full_page=True)
    machine.panel.type(code)
    expect(_code_sheet(ada)).to_have_count(0, timeout=PAIRS_WITHIN_S * 1000)
    expect(ada.page.get_by_text("Make it ready to be paired")).to_have_count(0)
    assert machine.panel.spans() == [], "lit by nobody"
    _runs_a_session(ada, machine, shots)


def _code_sheet(ada: Person) -> Locator:
    return ada.page.get_by_role("alert").filter(has_text="Type this code at the panel")


def _code(ada: Person) -> str:
    digits = _code_sheet(ada).locator(".code-digits")
    digits.wait_for(timeout=PAIRS_WITHIN_S * 1000)
    return re.sub(r"\s", "", digits.inner_text())


def _runs_a_session(ada: Person, machine: Machine, shots: Path) -> None:
    ada.sets_up_a_session()
    ada.confirms_eyewear()
    ada.holds_to_start()
    ada.sees_it_running()
    assert lit(machine.panel)
    ada.page.screenshot(path=shots / "bond-running-390.png")
    ada.press("Stop")
    goes_dark(machine.panel, within_s=2)
    ada.sees_it_off()
