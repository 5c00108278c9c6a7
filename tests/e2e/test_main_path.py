"""Steps 2 to 6, by the true light of the virtual panel: what a new user does, from an empty app to a rated course."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.profiles.example import example
from tests.e2e.conftest import Phone
from tests.e2e.lamp import goes_dark, lit
from tests.e2e.people import Person
from tests.patience import PATIENCE_S
from tests.running import Up

Observe = Callable[[str], Observer]


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
    goes_dark(lamp)
    visitor.sees_it_off()


@pytest.mark.timeout(600)
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
    _teaches_the_bridge_a_panel_that_it_does_not_know(ada, observe("home"), shots)
    _lets_the_bridge_look_whether_it_is_well(ada, shots)


def _adds_a_panel_of_another_make(ada: Person, air: Observer, shots: Path) -> None:
    """One that does not tell its wavelengths: its owner names them."""
    air.guest("blockbluelight", on=True)
    ada.goes("/panels/add")
    found = ada.page.get_by_role("listitem").filter(has_text="BLOCK-VIRTUAL")
    expect(found).to_contain_text("It does not tell its wavelengths")
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
    _is_told_when_to_measure_it_again(ada, shots)
    ada.follow("Start a session")
    expect(ada.page).to_have_url(re.compile(r"/session\?panel="))
    air.clear()


def _teaches_the_bridge_a_panel_that_it_does_not_know(ada: Person, air: Observer, shots: Path) -> None:
    """From “no profile fits” by a file that somebody shared to a panel of one's own, and the file shared again [F61, F62]."""
    air.guest("glow", on=True)
    ada.goes("/panels/add")
    found = ada.page.get_by_role("listitem").filter(has_text="GLOW-2")
    found.get_by_role("link", name="What can be done").click()
    ada.fill("Or its text", example().replace("gap_ms = 30", "gap_ms = 900"))
    give = ada.page.get_by_role("button", name=re.compile("^Give it to"))
    give.click()
    ada.sees(re.compile("`gap_ms` is 900"))
    ada.page.screenshot(path=shots / "unknown-faults-390.png", full_page=True)
    ada.fill("Or its text", example())
    give.click()
    ada.sees("The bridge checked it and keeps it.")
    ada.page.screenshot(path=shots / "unknown-kept-390.png", full_page=True)
    ada.follow("Look for the panel")
    found.get_by_role("button", name="This one").click()
    ada.fill("Name", "Glow")
    ada.mark("These are the wavelengths of my panel")
    ada.choose("Not known")
    ada.press("Add this panel")
    ada.is_at("/panels")
    ada.follow("Your panel profiles")
    ada.sees(re.compile("Checked, without a fault"))
    ada.sees("To remove it, remove Glow first.")
    with ada.page.expect_download() as kept:
        ada.press("Share its file")
    assert kept.value.path().read_text(encoding="utf-8") == example()
    ada.page.screenshot(path=shots / "profiles-390.png", full_page=True)
    air.clear()


def _lets_the_bridge_look_whether_it_is_well(ada: Person, shots: Path) -> None:
    ada.goes("/panels")
    ada.follow("About this bridge")
    ada.press("Let it look")
    ada.sees(re.compile("^Looked at"))
    ada.sees("Nothing is wrong.")
    ada.page.screenshot(path=shots / "bridge-well-390.png", full_page=True)


def _is_told_when_to_measure_it_again(ada: Person, shots: Path) -> None:
    """The passport's days are on the phone without a network too, and Today says what is due until it is put away [L3-L6]."""
    at = ada.page.url
    ada.press("Change its passport")
    ada.fill("Measure again on", "2020-02-03")
    ada.press("Keep")
    ada.sees("3 Feb 2020")
    ada.goes("/")
    note = ada.page.get_by_role("region", name="Passports of panels")
    expect(note).to_contain_text("Its strength is due to be measured again")
    ada.page.screenshot(path=shots / "today-passport-390.png", full_page=True)
    ada.press("Put this away")
    expect(note).to_have_count(0)
    ada.page.context.set_offline(True)
    note.page.goto(at)
    ada.sees("3 Feb 2020")
    ada.sees("Its hours of light are counted by the server, which is out of reach.")
    ada.page.screenshot(path=shots / "passport-offline-390.png", full_page=True)
    ada.page.context.set_offline(False)
    ada.page.reload()
    ada.sees("No light yet in sessions run from here.")


def _sees_which_panel_blinks(ada: Person, lamp: Observer) -> None:
    ada.lets_the_found_panel_blink()
    lamp.wait_until(lambda state: state["identifying"], within_s=PATIENCE_S)
    lamp.wait_until(lambda state: not state["identifying"], within_s=PATIENCE_S)
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
    goes_dark(lamp)
    ada.sees(re.compile("The panel confirms that it is off"))
    ada.confirms_eyewear()
    ada.holds_to_start("Hold to go on")
    ada.sees_it_running()
    assert lit(lamp)
    # the page is gone (a locked screen, a reload): the stop is there again
    ada.page.reload()
    ada.press("Stop")
    goes_dark(lamp)
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
    expect(ada.page.get_by_text("Comfort")).to_have_count(0)  # it was not said


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
    expect(other.page.get_by_role("link", name=neck)).to_be_visible()


def _has_nothing_left_on_the_phone_alone(ada: Person) -> None:
    ada.page.goto("/settings")
    ada.sees("Everything on this phone is on the server too.")
    expect(ada.page.get_by_text("Not taken by the server")).to_have_count(0)


def _wait_for_light(lamp: Observer, wanted: dict[int, int], within_s: float = PATIENCE_S) -> None:
    started_s = time.monotonic()
    while any(lit(lamp).get(nm) != level for nm, level in wanted.items()):
        assert time.monotonic() - started_s < within_s, f"wanted {wanted}, it gives {lit(lamp)}"
        time.sleep(0.02)
