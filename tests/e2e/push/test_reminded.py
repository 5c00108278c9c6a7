"""A reminder from a course's plan to the screen of a phone, and what is tapped there: a stock Chromium, and no internet.

Beat, worker, pywebpush, Valkey, TLS and the browser's own push are real. Only the vendor's back end and the desktop that shows
notifications are ours: what is read on it is what a person would see.
"""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from sessions_app.reminders.rules import occurrence_id
from tests.e2e.mortal import MortalPhone
from tests.e2e.people import Person
from tests.e2e.push.desktop import Desktop, Shown
from tests.e2e.push.vendor import Vendor
from tests.patience import PATIENCE_S
from tests.push.background import Background
from tests.push.stack import Stack
from tests.running import wait_until

SOON_S = PATIENCE_S


def is_due(server: Stack, kind: str, at: datetime) -> None:
    """The clock is not moved; the due table is: beat finds the line at its next tick."""
    server.sql(f"UPDATE sessions_app_due SET due_at = '{at:%Y-%m-%d %H:%M:%S}' WHERE kind = '{kind}'")  # noqa: S608 - of a test's own words


def is_reminder(shown: Shown) -> bool:
    return shown.title == "Time for your light"


def reminded(phone: MortalPhone, name: str) -> Person:
    """Somebody with an account who tapped for reminders, on that screen."""
    somebody = Person(name, phone.start(), phone.origin)
    somebody.signs_up()
    somebody.goes("/settings/reminders")
    somebody.press("Remind me on this phone")
    somebody.sees("This phone reminds you.")
    return somebody


def plans_for_now(somebody: Person, server: Stack) -> datetime:
    """For this very minute, which is returned. It has begun: the line of the due table is for tomorrow, until it is set to it."""
    server.sql("DELETE FROM sessions_app_due")
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    somebody.plans_a_course(time=f"{minute:%H:%M}")
    wait_until(lambda: server.sql("SELECT 1 FROM sessions_app_due"), SOON_S)
    return minute


def test_R1_R6_what_is_planned_for_the_next_minute_is_shown_in_it_on_both_databases(
    server: Stack, server_on_postgresql: Stack, shown: Desktop, chromium: Callable[[str], MortalPhone]
) -> None:
    """No clock is moved and no line of the due table set: planned on the phone, and the minute waited for, once for both."""
    people = {"Dora": chromium(server.origin), "Eve": chromium(server_on_postgresql.origin)}
    somebody = [reminded(phone, name) for name, phone in people.items()]
    minute = (datetime.now().astimezone() + timedelta(seconds=75)).replace(second=0, microsecond=0)  # 15 s and more from now
    for one, minutes in zip(somebody, "34", strict=True):
        one.plans_a_course(time=f"{minute:%H:%M}", minutes=minutes)
        expect(one.page.locator(".unsynced")).to_have_count(0)
        one.page.close()
    assert datetime.now().astimezone() < minute, "planned too late to tell anything"
    left_s = (minute - datetime.now().astimezone()).total_seconds()
    wait_until(lambda: len(shown.seen) == len(people), left_s + SOON_S)
    assert {one.body for one in shown.seen} == {f"{minutes} min, planned for {minute:%H:%M}." for minutes in "34"}
    for reminder in shown.seen:
        assert is_reminder(reminder)
        assert 0 <= reminder.at_s - minute.timestamp() < SOON_S


def test_R18_R21_R22_a_reminder_is_shown_with_the_page_closed_and_with_the_browser_down(
    server: Stack, vendor: Vendor, behind: Background, shown: Desktop, chromium: Callable[[str], MortalPhone], shots: Path
) -> None:
    phone = chromium(server.origin)
    ada = reminded(phone, "Ada")
    ada.press("Send a test")
    assert shown.shows(within_s=SOON_S) == Shown("A test from NIRWeb", "Reminders reach this phone.", {})
    ada.sees(re.compile("Arrived after [0-9.]+ s"))
    ada.page.screenshot(path=shots / "reminders-on-390.png", full_page=True)

    minute = plans_for_now(ada, server)
    ada.page.close()
    is_due(server, "planned", minute)
    reminder = shown.shows(is_reminder, within_s=SOON_S)
    assert re.fullmatch(r"1 min, planned for \d\d:\d\d\.", reminder.body)
    assert list(reminder.buttons) == ["Done", "In 10 minutes"]

    # put off by a button, with no page open and none opened
    pages = len(phone.context.pages)
    shown.tap(reminder, "In 10 minutes")
    wait_until(lambda: server.sql("SELECT 1 FROM sessions_app_due WHERE kind = 'snoozed'"), SOON_S)
    assert len(phone.context.pages) == pages
    wait_until(lambda: reminder not in shown.screen, SOON_S)

    # due again while the browser is down; it is shown when the browser is there again, before any page of ours is
    taken = len(vendor.taken)
    phone.quit()
    shown.forget()
    is_due(server, "snoozed", datetime.now(UTC))
    wait_until(lambda: len(vendor.taken) > taken, SOON_S)
    assert vendor.taken[-1].headers["topic"] == vendor.taken[-2].headers["topic"]
    phone.start()
    reminder = shown.shows(is_reminder, within_s=SOON_S)
    assert reminder.body == "1 min. You put it off until now."

    # of two that come one is seen
    seen = len(shown.seen)
    behind.call(vendor.repeat)
    wait_until(lambda: len(shown.seen) > seen, SOON_S)
    (reminder,) = shown.screen

    # a tap opens the session's screen
    with phone.context.expect_page() as opened:
        shown.tap(reminder)
    expect(opened.value).to_have_url(re.compile(r"/session\?regimen="))

    # what a tap opens where notifications have no buttons
    ((course, day),) = server.sql("SELECT regimen_id, day FROM sessions_app_due WHERE kind = 'planned'")
    ada.page = opened.value
    ada.page.set_viewport_size({"width": 390, "height": 844})
    ada.goes(f"/reminder/{uuid.UUID(str(course))}/{date.fromisoformat(str(day)) - timedelta(days=1)}")
    for words in ("Done already", "In 10 minutes", "In an hour", "Not today"):
        expect(ada.button(words)).to_be_visible()
    ada.page.screenshot(path=shots / "reminder-sheet-390.png", full_page=True)


def test_R9_R21_what_a_button_says_with_the_server_down_is_kept_and_told_afterwards(
    server_on_postgresql: Stack, shown: Desktop, chromium: Callable[[str], MortalPhone], shots: Path
) -> None:
    server = server_on_postgresql
    phone = chromium(server.origin)
    bea = reminded(phone, "Bea")

    def says_with_the_server_down(button: str) -> None:
        server.kill_web()
        with phone.context.expect_page() as opened:
            shown.tap(reminder, button)
        bea.page = opened.value
        bea.page.set_viewport_size({"width": 390, "height": 844})
        bea.sees("Not synced: 1")

    minute = plans_for_now(bea, server)
    bea.page.close()
    is_due(server, "planned", minute)
    reminder = shown.shows(is_reminder, within_s=SOON_S)
    says_with_the_server_down("In 10 minutes")
    bea.sees("Put off. The server is told once it is reached.")
    bea.page.close()
    server.start_web()
    server.wait_for_web()
    phone.wakes_the_worker("outbox")
    wait_until(lambda: server.sql("SELECT 1 FROM sessions_app_due WHERE kind = 'snoozed'"), SOON_S)

    is_due(server, "snoozed", datetime.now(UTC))
    reminder = shown.shows(is_reminder, within_s=SOON_S)
    says_with_the_server_down("Done")
    bea.sees("Written into the log")
    bea.page.screenshot(path=shots / "reminder-done-offline-390.png")
    assert shown.screen == []
    server.start_web()
    server.wait_for_web()
    bea.page.reload()  # sooner than by its own next try
    wait_until(lambda: server.sql("SELECT 1 FROM sessions_app_sessionlog"), 30)
    ((course, day),) = server.sql(
        "SELECT regimen_id, day FROM sessions_app_delivery WHERE regimen_id IS NOT NULL ORDER BY id DESC LIMIT 1"
    )
    ((entry,),) = server.sql("SELECT id FROM sessions_app_sessionlog")
    assert uuid.UUID(str(entry)) == occurrence_id(uuid.UUID(str(course)), date.fromisoformat(str(day)))


def test_R11_R23_refused_lost_and_given_up_are_told_with_the_way_back(
    server: Stack, vendor: Vendor, shown: Desktop, chromium: Callable[[str], MortalPhone], shots: Path
) -> None:
    phone = chromium(server.origin)
    cem = Person("Cem", phone.start(), server.origin)
    cem.signs_up()
    plans_for_now(cem, server)
    phone.allows("notifications", "denied")
    cem.goes("/settings/reminders")
    cem.sees("Notifications of this app are switched off.")
    cem.page.screenshot(path=shots / "reminders-denied-390.png", full_page=True)
    phone.allows("notifications", "prompt")
    expect(cem.button("Remind me on this phone")).to_be_visible()
    phone.allows("notifications", "granted")
    cem.press("Remind me on this phone")
    cem.sees("This phone reminds you.")

    phone.allows("notifications", "denied")
    cem.goes("/")
    cem.sees("Reminders no longer reach this phone.")
    cem.page.screenshot(path=shots / "reminders-lost-390.png", full_page=True)
    cem.follow("See why")
    cem.sees("Notifications of this app are switched off.")
    phone.allows("notifications", "granted")
    cem.sees("This phone reminds you.")

    vendor.forget()
    cem.press("Send a test")
    cem.sees("The push service had given this phone up.")
    cem.press("Send a test")
    cem.sees(re.compile("Arrived after"))
    assert len(shown.seen) == 1
