"""Steps 2 to 6, by the true light of the virtual panel: what a new user does, from an empty app to a rated course."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ble_bridge.virtual.observer import Observer
from tests.e2e.conftest import Phone
from tests.e2e.lamp import goes_dark, lit
from tests.e2e.people import Person
from tests.running import Up

Observe = Callable[[str], Observer]


@pytest.mark.timeout(180)
def test_a_visitor_runs_the_virtual_panel_within_a_minute(person: Callable[..., Person], observe: Observe) -> None:
    lamp = observe("demo")
    visitor = person("Visitor")
    started_s = time.monotonic()
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    visitor.sets_up_a_session()
    visitor.confirms_eyewear()
    visitor.holds_to_start()
    visitor.sees_it_running()
    assert lit(lamp)
    assert time.monotonic() - started_s < 60
    visitor.press("Stop")
    goes_dark(lamp, within_s=2)
    visitor.sees_it_off()


@pytest.mark.timeout(300)
def test_a_new_user_is_led_from_an_empty_app_to_a_rated_course(
    up: Up, person: Callable[..., Person], phone: Callable[..., Phone], observe: Observe, shots: Path
) -> None:
    ada = person("Ada")
    ada.signs_up()
    ada.answers_the_health_questions()
    ada.lets_the_bridge_in(up.link())
    _sees_which_panel_blinks(ada, observe("home"))
    ada.adds_the_panel("Bathroom panel", {"Red 660 nm": "30", "Infrared 850 nm": "20"})
    ada.plans_a_course()
    _runs_the_course(ada, observe("home"))
    _finds_it_in_the_log_and_checks_in(ada)
    _rates_the_aim(ada)
    _is_told_why_there_is_no_second_start(ada)
    other = Person(ada.name, phone().page)
    other.email = ada.email
    other.signs_in()
    _enters_something_without_a_network(ada, other)
    _has_nothing_left_on_the_phone_alone(ada)
    _adds_a_panel_of_another_make(ada, observe("home"), shots)


def _adds_a_panel_of_another_make(ada: Person, air: Observer, shots: Path) -> None:
    """One that does not tell its wavelengths: its owner names them."""
    air.guest("blockbluelight", on=True)
    ada.goes("/panels/add")
    found = ada.page.get_by_role("listitem").filter(has_text="BLOCK-VIRTUAL")
    expect(found).to_contain_text("It does not tell its wavelengths", timeout=30_000)
    found.get_by_role("button", name="This one").click()
    ada.fill("Name", "Lamp of another make")
    ada.choose("Not known")
    ada.fill("Wavelengths in nm", "630, 660, red")
    ada.press("Add this panel")
    ada.sees("Numbers from 400 to 1400")
    ada.fill("Wavelengths in nm", "630, 660, 810, 830, 850")
    ada.page.screenshot(path=shots / "add-named-390.png", full_page=True)
    ada.press("Add this panel")
    ada.is_at("/panels")
    ada.sees("Lamp of another make")
    assert air.state()["guests"]["blockbluelight"]["writes"] == 0, "adding writes nothing"
    ada.page.get_by_role("link", name=re.compile("Lamp of another make")).first.click()
    ada.sees("No light yet in sessions run from here.")
    ada.follow("Start a session")
    expect(ada.page).to_have_url(re.compile(r"/session\?panel="))
    air.clear()


def _sees_which_panel_blinks(ada: Person, lamp: Observer) -> None:
    ada.lets_the_found_panel_blink()
    lamp.wait_until(lambda state: state["identifying"], within_s=10)
    lamp.wait_until(lambda state: not state["identifying"], within_s=10)
    assert lamp.spans() == [], "blinking is an indicator's, never the lamp's"


def _runs_the_course(ada: Person, lamp: Observer) -> None:
    ada.follow("Start the session")
    ada.sees("on Bathroom panel")
    ada.confirms_eyewear()
    ada.holds_to_start()
    ada.sees_it_running()
    # 660 and 850 nm are set apart while it runs, and the light follows
    ada.page.get_by_role("slider", name="Red 660 nm").fill("20")
    _wait_for_light(lamp, {660: 20})
    ada.page.get_by_role("slider", name="Infrared 850 nm").fill("35")
    _wait_for_light(lamp, {660: 20, 850: 35})
    # a pause is dark; going on is a new start and asks for the eyewear again
    ada.press("Pause")
    goes_dark(lamp, within_s=2)
    ada.sees(re.compile("The panel confirms that it is off"))
    ada.confirms_eyewear()
    ada.holds_to_start("Hold to go on")
    ada.sees_it_running()
    assert lit(lamp)
    # the page is gone (a locked screen, a reload): the stop is there again
    ada.page.reload()
    ada.press("Stop")
    goes_dark(lamp, within_s=2)
    ada.sees_it_off()
    ada.press("Later")


def _finds_it_in_the_log_and_checks_in(ada: Person) -> None:
    ada.page.goto("/log")
    ada.page.get_by_role("link", name=re.compile("Left arm")).click()
    ada.sees("Bathroom panel")
    ada.sees(re.compile(r"^\d+\.\d+ J/cm²$"))
    ada.follow("Check in")
    ada.press("Save the check-in")
    ada.sees("Nothing to note")


def _rates_the_aim(ada: Person) -> None:
    ada.page.goto("/progress")
    ada.choose_exactly("6")
    ada.press("Save the rating")
    ada.sees("Your ratings")
    ada.sees("No planned day has passed yet")  # stopped after seconds: begun, not done [R7]
    ada.sees("Fluence a week")


def _is_told_why_there_is_no_second_start(ada: Person) -> None:
    ada.sets_up_a_session()
    ada.sees(re.compile("Your left arm had light less than 8 hours ago"))
    ada.sees(re.compile(r"8 hours between sessions on one place"))


def _enters_something_without_a_network(ada: Person, other: Person) -> None:
    neck = re.compile("neck", re.IGNORECASE)
    ada.page.goto("/log")
    ada.sees("Left arm")
    ada.page.context.set_offline(True)
    ada.follow("Write down")
    ada.mark("Neck")
    ada.fill("Lasted", "7")
    ada.press("Save")
    ada.sees("Saved")
    ada.page.goto("/log")  # from the phone itself
    expect(ada.page.get_by_role("link", name=neck)).to_be_visible()
    ada.sees("Kept on this phone, not sent yet")
    other.page.goto("/log")
    other.sees("Left arm")
    expect(other.page.get_by_role("link", name=neck)).to_have_count(0)
    ada.page.context.set_offline(False)
    expect(other.page.get_by_role("link", name=neck)).to_be_visible(timeout=30_000)


def _has_nothing_left_on_the_phone_alone(ada: Person) -> None:
    ada.page.goto("/settings")
    ada.sees("Everything on this phone is on the server too.")
    expect(ada.page.get_by_text("Not taken by the server")).to_have_count(0)


def _wait_for_light(lamp: Observer, wanted: dict[int, int], within_s: float = 10) -> None:
    started_s = time.monotonic()
    while any(lit(lamp).get(nm) != level for nm, level in wanted.items()):
        assert time.monotonic() - started_s < within_s, f"wanted {wanted}, it gives {lit(lamp)}"
        time.sleep(0.02)
