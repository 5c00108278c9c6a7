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
FOUND_LOST_WITHIN_S = 150
"""BlueZ says of each try only that it came to nothing, after 20 s."""


@pytest.mark.timeout(700)
def test_Z16_Z18_a_panel_is_bonded_by_the_code_on_the_phone_and_again_when_it_forgot(
    machine: Machine, person: Callable[..., Person], shots: Path
) -> None:
    ada = person("Ada")
    ada.signs_up()
    ada.answers_the_health_questions()
    ada.lets_the_bridge_in(machine.link())
    _looks_again_by_itself(ada)
    ada.chooses_the_panel("Bathroom panel", None)
    ada.sees("Make it ready to be paired")
    ada.page.screenshot(path=shots / "bond-ready-390.png", full_page=True)
    machine.panel.button(held_s=3.0)
    _mistypes(ada, machine, shots)
    _types(ada, machine)
    assert machine.panel.spans() == [], "lit by nobody"
    ada.sets_up_a_session()
    _runs_a_session(ada, machine, shots / "bond-running-390.png")
    _pairs_it_again(ada, machine, shots)


def _looks_again_by_itself(ada: Person) -> None:
    """The first look of the screen comes to nothing, as of a bridge that is away for a moment."""
    ada.page.route("**/api/bridges/*/scan", lambda route: route.abort(), times=1)


def _mistypes(ada: Person, machine: Machine, shots: Path) -> None:
    code = _code(ada)
    ada.page.screenshot(path=shots / "bond-code-390.png", full_page=True)
    machine.panel.type(f"{int(code) % 999_999 + 1:06d}")
    expect(_code_sheet(ada)).to_have_count(0, timeout=PAIRS_WITHIN_S * 1000)
    ada.sees("another one comes by itself")


def _types(ada: Person, machine: Machine) -> None:
    machine.panel.type(_code(ada))
    expect(_code_sheet(ada)).to_have_count(0, timeout=PAIRS_WITHIN_S * 1000)
    expect(ada.page.get_by_text("Make it ready to be paired")).to_have_count(0)


def _pairs_it_again(ada: Person, machine: Machine, shots: Path) -> None:
    """The panel was set back: the phone says so, and leads to a new bond where the session is begun."""
    machine.panel.forget_bonds()
    machine.panel.power_cycle()
    ada.press("Later")
    ada.goes("/session")
    ada.press("Change")
    ada.page.get_by_role("checkbox", name="Left arm").uncheck()  # it had its light
    ada.mark("Left leg")
    ada.press("That is right")
    ada.sees("Bathroom panel has to be paired again", within_s=FOUND_LOST_WITHIN_S)
    ada.page.screenshot(path=shots / "bond-lost-390.png", full_page=True)
    machine.panel.button(held_s=3.0)
    ada.press("Pair it again")
    ada.sees("Make it ready to be paired")
    _types(ada, machine)
    _runs_a_session(ada, machine)


def _code_sheet(ada: Person) -> Locator:
    return ada.page.get_by_role("alert").filter(has_text="Type this code at the panel")


def _code(ada: Person) -> str:
    digits = _code_sheet(ada).locator(".code-digits")
    digits.wait_for(timeout=PAIRS_WITHIN_S * 1000)
    return re.sub(r"\s", "", digits.inner_text())


def _runs_a_session(ada: Person, machine: Machine, shot: Path | None = None) -> None:
    """From the plan that is set up to the stop."""
    ada.confirms_eyewear()
    ada.holds_to_start()
    ada.sees_it_running()
    assert lit(machine.panel)
    if shot:
        ada.page.screenshot(path=shot)
    ada.press("Stop")
    goes_dark(machine.panel, within_s=2)
    ada.sees_it_off()
