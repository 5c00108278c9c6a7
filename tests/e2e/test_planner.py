"""The planner, both ways, and the limits told beforehand: by the phone itself, so with no network too (docs/dose.md, D30-D36)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from ble_bridge.virtual.observer import Observer
from tests.e2e.people import Person

Persons = Callable[..., Person]


@pytest.fixture
def visitor(person: Persons) -> Person:
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    return visitor


def _field(visitor: Person, label: str) -> Locator:
    return visitor.page.get_by_label(label, exact=True)


def _told(visitor: Person, title: str, *words: str) -> None:
    answer = visitor.page.get_by_role("status", name=title)
    for one in words:
        expect(answer).to_contain_text(re.compile(one))


def test_D30_D35_D36_a_course_is_planned_from_time_or_from_dose(visitor: Person, lamp: Observer, shots: Path) -> None:
    visitor.begins_a_course()
    visitor.fill("Distance", "20")
    visitor.fill("Time", "5")
    dose = _field(visitor, "Dose at 660 nm")
    expect(dose).not_to_have_value("")
    brought = float(dose.input_value())
    dose.fill(str(2 * brought))
    expect(_field(visitor, "Time")).to_have_value("10")
    visitor.fill("Distance", "30")
    expect(dose).to_have_value(str(2 * brought))
    assert float(_field(visitor, "Time").input_value()) > 10, "the dose stays, the time follows the distance"
    visitor.page.screenshot(path=shots / "planner-dose-390.png", full_page=True)
    dose.fill("60")
    title = "What stands against this plan?"
    _told(
        visitor,
        title,
        "J/cm² in 24 hours is the most for one place|min is the longest",
        "Limit: ",
        "Source: NIRWeb's own cautious policy",
    )
    visitor.page.screenshot(path=shots / "planner-over-390.png", full_page=True)
    visitor.page.get_by_role("button", name=re.compile("the most that fits")).click()
    expect(visitor.page.get_by_role("status", name=title)).to_have_count(0)
    visitor.press("Set this course")
    visitor.sees("Your course is set.")
    visitor.begins_a_course()
    visitor.press("Previous step")
    visitor.sees("You have a course like this already.")
    expect(visitor.page.get_by_text(re.compile("Left arm, every day at 20:00"))).to_be_visible()
    visitor.page.screenshot(path=shots / "planner-twice-390.png", full_page=True)
    visitor.press("Continue")
    visitor.fill("Distance", "20")
    visitor.fill("Time", "5")
    _told(
        visitor,
        title,
        r"As planned, with your other courses, your left arm would have \d+.* J/cm² in 7 days",
        "Limit: 200 J/cm² on one place in 7 days",
        "Source: NIRWeb's own cautious policy",
        "end another course there",
    )
    visitor.page.screenshot(path=shots / "planner-week-390.png", full_page=True)
    assert lamp.spans() == []


def test_D33_D34_a_session_is_told_its_limits_with_no_network(visitor: Person, lamp: Observer, shots: Path) -> None:
    visitor.writes_a_session_down(site="Right arm", minutes="15")
    visitor.sets_up_a_session(site="Left arm", minutes="1")
    visitor.confirms_eyewear()
    expect(visitor.button("Hold to start")).to_have_attribute("aria-disabled", "false")
    visitor.page.context.set_offline(True)
    visitor.press("Change")
    visitor.mark("Right arm")
    why = "Why can’t I start?"
    _told(visitor, why, "The server is out of reach")
    visitor.page.get_by_role("status", name=why).get_by_text(re.compile("more reason")).click()
    _told(visitor, why, "Your right arm had light less than 8 hours ago", r"Lifts \S+", "8 hours between sessions on one place")
    visitor.page.get_by_role("checkbox", name="Right arm").uncheck()
    visitor.fill("Time", "45")
    _told(visitor, why, "30 min is the longest")
    visitor.page.get_by_role("button", name=re.compile("Make it .* min")).click()
    expect(_field(visitor, "Time")).not_to_have_value("45")
    visitor.press("Enter inches")
    visitor.fill("Distance", "8")
    visitor.sees("8 in = 20.32 cm")
    visitor.page.screenshot(path=shots / "session-inches-390.png", full_page=True)
    visitor.page.context.set_offline(False)
    expect(visitor.button("Hold to start")).to_have_attribute("aria-disabled", "false")
    assert lamp.spans() == []


def test_D7_D15_a_late_entry_over_a_limit_is_kept_shown_and_blocks(visitor: Person, lamp: Observer, shots: Path) -> None:
    visitor.goes("/log/new")
    visitor.mark("Neck")
    began = datetime.now(ZoneInfo("Europe/Berlin")) - timedelta(hours=10)
    visitor.fill("Began at", f"{began:%Y-%m-%dT%H:%M}")
    visitor.fill("Lasted", "60")
    visitor.choose("Demo panel")
    visitor.fill("Distance from the panel to your skin", "20")
    visitor.press("Save")
    visitor.sees(re.compile(r"With this, your neck had \d+.* J/cm² in 24 hours; 50 J/cm² is the most"))
    visitor.page.get_by_text("Energy in joules: not known").click()
    visitor.sees("not known: no lit area was entered")
    visitor.fill("Lit area, neck", "100")
    visitor.press("Keep this with the session")
    visitor.sees(re.compile(r"at most \d{4} J"))
    visitor.sees(re.compile(r"perhaps only \d{3,4} J"))
    visitor.page.screenshot(path=shots / "entry-over-390.png", full_page=True)
    visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name="Log").click()
    visitor.page.get_by_text("What each place has had").click()
    visitor.sees(re.compile(r"24 hours: \d+.* of 50 J/cm²"))
    visitor.sees(re.compile(r"Next light from \S+"))
    visitor.page.screenshot(path=shots / "log-places-390.png", full_page=True)
    visitor.sets_up_a_session(site="Neck")
    if visitor.page.get_by_role("checkbox", name="Left arm").is_visible():
        visitor.page.get_by_role("checkbox", name="Left arm").uncheck()
    visitor.confirms_eyewear()
    why = "Why can’t I start?"
    _told(visitor, why, r"Your neck has had \d+.* J/cm² in the last 24 hours", r"Lifts \S+", r"50 J/cm² on one place in 24 hours")
    visitor.sees("No shorter time fits now either.")
    expect(visitor.button("Hold to start")).to_have_attribute("aria-disabled", "true")
    assert lamp.spans() == []


def test_D17_a_dark_phototype_lowers_the_limits_where_it_is_said(visitor: Person, lamp: Observer, shots: Path) -> None:
    def full_red_for_28_minutes() -> None:
        visitor.sets_up_a_session(minutes="28")
        visitor.confirms_eyewear()
        visitor.press("Change")
        visitor.page.get_by_role("slider", name="Red 660 nm").fill("100")

    full_red_for_28_minutes()
    expect(visitor.button("Hold to start")).to_have_attribute("aria-disabled", "false")
    visitor.goes("/settings")
    visitor.page.get_by_text("Your skin in the sun").first.click()
    visitor.choose_exactly("V Brown skin, burns rarely")
    visitor.page.screenshot(path=shots / "settings-skin-390.png", full_page=True)
    full_red_for_28_minutes()
    _told(visitor, "Why can’t I start?", r"33\.3 J/cm² in 24 hours is the most for one place")
    assert lamp.spans() == []
