"""A course that builds up over weeks, held back by what is noted. The phone is without network: its own clock is what counts."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.people import Person

AFTER_MIDNIGHT = timedelta(hours=2)
"""However late or early this runs, and whether the hour changes meanwhile: what is written down is of a day of the course."""


def _weeks_on(visitor: Person, weeks: int) -> None:
    visitor.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(weeks=weeks) + AFTER_MIDNIGHT)
    visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name="Log").click()
    visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name="Today").click()


def _logs_light(visitor: Person) -> None:
    visitor.follow("Done already")
    visitor.press("Save")
    visitor.sees("Saved")


def _notes(visitor: Person, sign: str, degree: str) -> None:
    visitor.page.get_by_role("link", name=re.compile("^Check in")).click()
    visitor.page.get_by_role("group", name=sign).get_by_role("radio", name=degree).check()
    visitor.press("Save the check-in")
    visitor.sees("Check-in saved")


def _stands_at(visitor: Person, minutes: str, words: str) -> None:
    due = visitor.page.get_by_role("region", name="Lines, tone, firmness")
    expect(due.locator(".dial-count")).to_have_text(minutes)
    expect(due).to_contain_text(re.compile(words))


def test_D40_D43_a_course_rises_by_weeks_and_is_held_back(person: Callable[..., Person], shots: Path) -> None:
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    visitor.begins_a_course()
    visitor.fill("Distance", "20")
    visitor.fill("Time", "10")
    visitor.choose("From half, over 4 weeks")
    expect(visitor.page.get_by_role("list", name="Minutes by week")).to_contain_text(
        re.compile("Week 1 5 min.*Week 2 6.2 min.*Week 5 10 min")
    )
    visitor.page.screenshot(path=shots / "plan-build-up-390.png", full_page=True)
    visitor.press("Set this course")
    visitor.sees("Your course is set.")
    _stands_at(visitor, "5", "Building up: 50 % of 10 min, step 0 of 4")
    visitor.page.context.set_offline(True)
    _weeks_on(visitor, 0)
    _logs_light(visitor)

    _weeks_on(visitor, 1)
    _stands_at(visitor, "6.2", "62 % of 10 min, step 1 of 4")
    visitor.page.screenshot(path=shots / "today-build-up-390.png", full_page=True)
    _logs_light(visitor)
    expect(visitor.page.get_by_text("6 min", exact=False).first).to_be_visible()
    _notes(visitor, "Redness", "clearly")

    _weeks_on(visitor, 2)
    _stands_at(visitor, "6.2", "step 1 of 4. It did not rise, because of what you noted")
    _logs_light(visitor)

    _weeks_on(visitor, 3)
    _stands_at(visitor, "7.5", "step 2 of 4")
    _logs_light(visitor)
    _notes(visitor, "Swelling", "a little")

    visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name="Today").click()
    visitor.sees(re.compile("On hold: Left arm"))
    _weeks_on(visitor, 4)
    _stands_at(visitor, "6.2", "step 1 of 4. It went back a step")

    _weeks_on(visitor, 5)
    _stands_at(visitor, "6.2", "last week had no session")

    visitor.follow("See why, and when it lifts")
    visitor.press("It has gone: release")
    visitor.sees("Nothing is on hold")
    _hold_that_a_clinician_lifts(visitor, "A blister", re.compile("On hold: Left arm"))
    _hold_that_a_clinician_lifts(visitor, "Trouble with the eyes", re.compile("On hold: Every place"))


def _hold_that_a_clinician_lifts(visitor: Person, sign: str, held: re.Pattern[str]) -> None:
    """Time alone does not lift it, and not the person alone."""
    visitor.follow("Check in")
    visitor.page.get_by_role("checkbox", name="Left arm").check()
    visitor.mark(sign)
    visitor.press("Save the check-in")
    visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name="Today").click()
    visitor.sees(held)
    visitor.follow("See why, and when it lifts")
    visitor.sees("Show it to a clinician")
    expect(visitor.button("It has gone: release")).to_have_count(0)
    visitor.press("Record the agreement")
    visitor.sees(re.compile("Enter the day on which a clinician saw it and agreed. It can only be today"))
    today = date.fromisoformat(visitor.page.evaluate("new Date().toLocaleDateString('sv')"))  # where the phone is
    visitor.fill("A clinician agreed on", f"{today - timedelta(days=1)}")
    visitor.press("Record the agreement")
    visitor.sees(re.compile("That day is before you noted it.* It can only be today"))
    visitor.fill("A clinician agreed on", f"{today + timedelta(days=1)}")
    visitor.press("Record the agreement")
    visitor.sees(re.compile("That day lies ahead. It can only be today"))
    visitor.fill("A clinician agreed on", f"{today}")
    visitor.press("Record the agreement")
    visitor.sees("Nothing is on hold")
