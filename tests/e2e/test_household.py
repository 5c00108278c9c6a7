"""Two people, two phones, one panel: asked in, told who is there, never mixed up (docs/household.md)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from ble_bridge.virtual.observer import Observer
from tests.e2e.lamp import comes_on, goes_dark, stays_dark, stays_lit
from tests.e2e.people import PASSWORD, Person
from tests.running import Up, wait_until

Persons = Callable[..., Person]
OUT_OF_SIGHT: Final = """() => {
  Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
  delete document.visibilityState;
}"""
"""As when the phone is locked, or another app is opened."""


@pytest.mark.timeout(600)
def test_two_people_share_a_panel(up: Up, person: Persons, observe: Callable[[str], Observer], shots: Path) -> None:
    ada, ben, lamp = person("Ada"), person("Ben"), observe("home")
    link = up.link()
    ada.signs_up()
    ada.answers_the_health_questions()
    ada.lets_the_bridge_in(link)
    ada.adds_the_panel("Shared panel", {"Red 660 nm": "30", "Infrared 850 nm": "20"})
    _ben_joins(ada, ben, shots)
    for each in (ada, ben):
        each.plans_a_course()
    _ada_runs_and_ben_stops(ada, ben, lamp, shots)
    _ben_runs_and_is_removed(ada, ben, lamp)
    _the_bridge_goes(ada, up, link)


def _ben_joins(ada: Person, ben: Person, shots: Path) -> None:
    ada.goes("/settings")
    ada.follow("Household")
    ada.press("Make an invitation")
    expect(ada.page.get_by_role("img", name="The link as a QR code")).to_be_visible()
    ada.page.screenshot(path=shots / "household-invite-390.png", full_page=True)
    link = urlsplit(ada.page.get_by_text(re.compile(r"/invited#")).inner_text())
    ben.goes(f"{link.path}#{link.fragment}")
    ben.sees("Ada asks you into “Home”")
    assert link.fragment not in ben.page.url, "the code stays in no address"
    ben.follow("Create an account")
    ben.fill("E-mail address", ben.email)
    ben.fill("Password", PASSWORD)
    ben.press("Create account")
    ben.sees("Your own household “Home” is dropped: there is nothing in it.")
    ben.page.screenshot(path=shots / "household-invited-390.png", full_page=True)
    ben.press("Join")
    ben.agrees()
    ben.answers_the_health_questions()
    expect(ada.button("Make an invitation")).to_be_visible()  # it was used, so it is shown no more
    people = ada.page.get_by_role("listitem")
    expect(people.filter(has_text="Ben")).to_contain_text("Member since")
    expect(people.filter(has_text="Ben")).to_contain_text("mark: rose")
    expect(people.filter(has_text="Ada (you)")).to_contain_text("mark: amber")
    ada.page.screenshot(path=shots / "household-390.png", full_page=True)
    ben.goes(f"{link.path}#{link.fragment}")
    ben.sees("You are in this household already.")


def _ada_runs_and_ben_stops(ada: Person, ben: Person, lamp: Observer, shots: Path) -> None:
    ada.sets_up_a_session(minutes="2")
    ada.confirms_eyewear()
    expect(ada.button("Hold to start")).to_have_count(0)
    ada.sees("Is this you?")
    ada.page.screenshot(path=shots / "household-is-this-you-390.png", full_page=True)
    ada.press("Yes, I am Ada")
    ada.holds_to_start()
    ada.sees_it_running()
    comes_on(lamp)
    ada.goes("/settings")
    expect(ada.button("Sign out")).to_be_disabled()  # M66: its stop stays in her hand
    ada.goes("/session")
    ada.sees_it_running()
    ben.goes("/session")
    ben.sees("Ada is using it")
    ben.sees(re.compile(r"Until \d\d:\d\d at the latest"))
    expect(ben.button("Hold to start").or_(ben.button("Yes, I am Ben"))).to_have_count(0)
    ben.page.screenshot(path=shots / "household-in-use-390.png", full_page=True)
    ben.press("Stop the light")
    goes_dark(lamp)
    ada.sees(re.compile("It was ended from another phone. The panel confirms that it is off"))


def _ben_runs_and_is_removed(ada: Person, ben: Person, lamp: Observer) -> None:
    """The same place on the same panel, a moment later: what Ada had there counts against Ada alone."""
    ben.sees("Is this you?")
    ben.sets_up_a_session(minutes="2")
    ben.confirms_eyewear()
    ben.press("Yes, I am Ben")
    ben.page.evaluate(OUT_OF_SIGHT)
    ben.press("Yes, I am Ben")  # asked again: another may have taken the phone
    ben.holds_to_start()
    ben.sees_it_running()
    comes_on(lamp)
    ada.press("Later")
    ada.goes("/panels")
    ada.page.get_by_role("link", name=re.compile("Shared panel")).click()
    ada.sees("Ben is using it")
    ada.goes("/settings/household")
    ada.press("Remove Ben")
    ada.press("Undo")
    expect(ada.button("Remove Ben")).to_be_visible()
    stays_lit(lamp, for_s=0.5)
    ada.press("Remove Ben")
    goes_dark(lamp)
    ben.sees(re.compile("It was ended from another phone"))
    expect(ada.page.get_by_role("listitem").filter(has_text="Ben")).to_have_count(0)
    ben.press("Later")
    ben.goes("/settings/household")
    ben.sees("Ben (you)")
    expect(ben.page.get_by_text("Ada")).to_have_count(0)
    ada.sets_up_a_session(minutes="2")
    ada.confirms_eyewear()
    expect(ada.page.get_by_role("status", name="Why can’t I start?")).to_contain_text("Your left arm had light")
    stays_dark(lamp, for_s=1)


def _the_bridge_goes(ada: Person, up: Up, link: str) -> None:
    """It asks anew, so that whoever comes next can let it in."""
    ada.goes("/panels")
    ada.follow("About this bridge")
    ada.press("Unlink this bridge")
    wait_until(lambda: up.link() != link, timeout_s=60)


def test_M60_M63_two_people_on_one_phone_never_mix_what_they_write(person: Persons, shots: Path) -> None:
    """Ada's entry is not sent, her tab is left open, and Ben takes the phone."""
    ada = person("Ada")
    context = ada.page.context
    ben = Person("Ben", ada.page)
    ada.signs_up()
    context.route("**/api/sync", lambda route: route.abort())
    ada.writes_a_session_down(site="Neck", minutes="5")
    left_open = Person("Ada", context.new_page())
    left_open.goes("/log/new")
    left_open.sees("Neck")
    ada.goes("/settings/household")
    ada.follow("Somebody else takes this phone")
    ada.sees(re.compile("of yours (is|are) not sent yet"))
    ada.page.screenshot(path=shots / "household-switch-390.png", full_page=True)
    ada.press("Somebody else")
    left_open.sees("You are signed out on the server.")
    ben.page.get_by_role("link", name="Create an account").click()
    ben.fill("E-mail address", ben.email)
    ben.fill("Password", PASSWORD)
    context.unroute("**/api/sync")
    ben.press("Create account")
    ben.is_at("/session")
    ben.goes("/")
    ben.agrees()
    left_open.writes_down_here(site="Chest", minutes="7")
    ben.writes_a_session_down(site="Scalp", minutes="9")
    _has_in_the_log(ben, "Scalp", never=("Neck", "Chest"))
    ben.goes("/switch")
    ben.press("I am Ada")
    expect(ada.page.get_by_label("E-mail address")).to_have_value(ada.email)
    ada.fill("Password", PASSWORD)
    ada.press("Sign in")
    ada.is_at("/session")
    _has_in_the_log(ada, "Neck", "Chest", never=("Scalp",))
    expect(ada.page.get_by_text("Not synced")).to_have_count(0)
    new_phone = person("Ada")
    new_phone.email = ada.email
    new_phone.signs_in()
    _has_in_the_log(new_phone, "Neck", "Chest", never=("Scalp",))


def _has_in_the_log(who: Person, *places: str, never: tuple[str, ...]) -> None:
    who.goes("/log")
    for place in places:
        who.sees(place)
    for place in never:
        expect(who.page.get_by_text(place)).to_have_count(0)
