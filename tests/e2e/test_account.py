"""What a person decides about their account: the phones that are signed in, their agreement, and its end."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import expect

from tests.e2e.people import PASSWORD, Person


def test_Y56_a_removed_phone_is_signed_out_while_it_is_looked_at(person: Callable[..., Person], shots: Path) -> None:
    ada, lost = person("Ada"), person("Ada")
    ada.signs_up()
    lost.email = ada.email
    lost.signs_in()
    ada.goes("/settings/phones")
    ada.sees("This phone")
    expect(ada.page.get_by_role("listitem")).to_have_count(2)
    ada.press("Remove")
    ada.page.screenshot(path=shots / "settings-phones-390.png", full_page=True)
    ada.press("Sign it out")
    expect(ada.page.get_by_role("listitem")).to_have_count(1)
    lost.sees(re.compile("sign(ed)? (in|out)", re.IGNORECASE))
    lost.page.screenshot(path=shots / "removed-phone-390.png", full_page=True)
    lost.signs_in()  # under a new device id: its log opens, and what it writes is taken
    lost.writes_a_session_down(minutes="6")
    ada.goes("/log")
    ada.sees("6 min")


def test_Y46_who_no_longer_agrees_finds_the_way_back(person: Callable[..., Person], shots: Path) -> None:
    grace = person("Grace")
    grace.signs_up()
    grace.writes_a_session_down(minutes="5")
    grace.goes("/settings/agreement")
    grace.press("I no longer agree")
    grace.page.screenshot(path=shots / "settings-agreement-390.png", full_page=True)
    grace.press("Take it back")
    grace.sees("You do not agree at present.")
    grace.writes_a_session_down(minutes="8")
    grace.goes("/settings")
    grace.sees("Not taken by the server")
    grace.goes("/settings/agreement")
    grace.follow("Read it and agree again")
    grace.press("I agree that it is kept")
    other = person("Grace")
    other.email = grace.email
    other.signs_in()
    other.goes("/log")
    other.sees("8 min")


KEPT_HERE: Final = "async () => (await indexedDB.databases()).filter((one) => /^nirweb-.{36}$/.test(one.name))"
"""The databases of people's records on this phone."""


def test_A1_A2_A5_A9_who_closes_their_account_may_come_back_for_a_week(person: Callable[..., Person], shots: Path) -> None:
    edda, other = person("Edda"), person("Edda")
    edda.signs_up()
    edda.writes_a_session_down(site="Neck", minutes="5")
    other.email = edda.email
    other.signs_in()
    edda.goes("/settings")
    edda.follow("Close your account")
    edda.sees("The household “Home”, with its bridges and panels: nobody else is in it.")
    edda.page.screenshot(path=shots / "settings-close-390.png", full_page=True)
    edda.fill("Your password", "not my password")
    edda.press("Close my account")
    edda.sees("This is not your password.")
    assert len(edda.page.evaluate(KEPT_HERE)) == 1
    edda.fill("Your password", PASSWORD)
    edda.press("Close my account")
    edda.sees(re.compile(r"Your account is closed\. Until .+ signing in opens it again\.$"))
    edda.is_at("/")
    edda.page.screenshot(path=shots / "settings-closed-390.png", full_page=True)
    assert edda.page.evaluate(KEPT_HERE) == []
    other.sees("You are signed out on the server.")
    edda.signs_in()
    edda.sees("Your account is open again, and nothing is erased.")
    edda.goes("/log")
    edda.sees("Neck")
