"""Why can't I start? What the plan lacks is asked for one by one, and what comes and goes by itself is said. And no light.

Each reason there is, whatever brings it about: `test_refusals`.
"""

import os
import re
import signal
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from ble_bridge.virtual.observer import Observer
from tests.e2e.lamp import comes_on, goes_dark
from tests.e2e.people import Person
from tests.patience import PATIENCE_MS, PATIENCE_S
from tests.running import Up

Persons = Callable[..., Person]


def _visitor(person: Persons, name: str = "Visitor") -> Person:
    visitor = person(name)
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    return visitor


def _answer(visitor: Person) -> Locator:
    return visitor.page.get_by_role("status", name="Why can’t I start?")


def _is_told(visitor: Person, sentence: str, limit: str, source: str, *, within_s: float = PATIENCE_S) -> None:
    answer = _answer(visitor)
    expect(answer).to_contain_text(re.compile(sentence), timeout=within_s * 1000)
    expect(answer).to_contain_text(re.compile(rf"Limit: {limit}"))
    expect(answer).to_contain_text(re.compile(rf"Source: {source}"))
    expect(answer).not_to_contain_text("Lifts")
    expect(visitor.button("Hold to start")).to_have_attribute("aria-disabled", "true")


def _may_start(visitor: Person) -> None:
    expect(visitor.button("Hold to start")).to_have_attribute("aria-disabled", "false")
    expect(_answer(visitor)).to_have_count(0)


def test_what_the_plan_lacks_is_asked_for_one_by_one(person: Persons, lamp: Observer) -> None:
    visitor = _visitor(person)
    visitor.goes("/session")
    _is_told(visitor, "Eyewear is confirmed before every session", "Eyewear in every session", "NIRWeb")
    for seen in (visitor.page.locator("#hold-hint"), visitor.page.get_by_text("Hold to start", exact=True)):
        expect(seen, "what forbids and what is forbidden, without scrolling").to_be_in_viewport(ratio=1)
    expect(visitor.page.locator("#hold-hint")).to_contain_text("Eyewear is confirmed before every session.")
    visitor.press("Change")
    visitor.page.get_by_role("checkbox", name="Left arm").uncheck()
    _is_told(visitor, "It is not said where the light goes", "At least one place", "NIRWeb")
    visitor.mark("Left arm")
    visitor.fill("Distance", "")
    _is_told(visitor, "The distance is not said", "0.5 to 300 cm", "NIRWeb")
    visitor.fill("Distance", "20")
    visitor.fill("Time", "")
    _is_told(visitor, "It is not said how long", "0.1 to 30 min", "NIRWeb")
    visitor.fill("Time", "1")
    _is_told(
        visitor,
        "Eyewear is confirmed before every session",
        "Eyewear in every session",
        "NIRWeb.*infrared gives the eye no warning",
    )
    visitor.confirms_eyewear()
    visitor.fill("Distance", "60")
    measured = "The panel's own measurements; light between or beyond them is not guessed"
    _is_told(visitor, "nm was measured from 15 to 30 cm on this panel, not at 60 cm", "15 to 30 cm", measured)
    visitor.fill("Distance", "20")
    _may_start(visitor)
    assert lamp.spans() == []


def test_a_panel_in_use_by_another_is_said_so(person: Persons, lamp: Observer) -> None:
    first, second = _visitor(person, "First"), _visitor(person, "Second")
    for visitor in (first, second):
        visitor.sets_up_a_session(minutes="2")
        visitor.confirms_eyewear()
    first.holds_to_start()
    first.sees_it_running()
    comes_on(lamp)
    _is_told(second, "Another guest is using this panel|is in use", "One session at a time on a panel", "This server|NIRWeb")
    first.press("Stop")
    goes_dark(lamp)
    first.sees_it_off()
    _may_start(second)


def test_a_bridge_that_is_away_is_said_so(up: Up, person: Persons, lamp: Observer) -> None:
    visitor = _visitor(person)
    visitor.sets_up_a_session()
    visitor.confirms_eyewear()
    _may_start(visitor)
    os.kill(up.part("ble_bridge run"), signal.SIGKILL)  # and `up` starts it anew
    _is_told(visitor, "bridge.*is not connected", "A bridge in reach|Only over a bridge", "NIRWeb|This server")
    expect(visitor.button("Hold to start")).to_have_attribute("aria-disabled", "false", timeout=2 * PATIENCE_MS)
    assert lamp.spans() == []


def test_a_line_that_is_lost_is_said_so(person: Persons, lamp: Observer) -> None:
    visitor = _visitor(person)
    visitor.sets_up_a_session()
    visitor.confirms_eyewear()
    _may_start(visitor)
    visitor.page.context.set_offline(True)
    _is_told(visitor, "The server is out of reach", "A live line to the server", "NIRWeb")
    visitor.page.context.set_offline(False)
    expect(visitor.button("Hold to start")).to_have_attribute("aria-disabled", "false")
    assert lamp.spans() == []
