"""A person closes their account: shut at once, erased after a week, opened again by signing in (docs/account.md)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from sessions_app import clock
from sessions_app.accounts import closing, invitations
from sessions_app.accounts.models import Household, Membership, User
from sessions_app.panels import passport, phone_auth
from sessions_app.panels.models import Bridge, Panel
from sessions_app.problems import Problem
from sessions_app.reminders import wanted
from sessions_app.therapy.models import Session
from tests.conftest import Browser
from tests.factories import PASSWORD
from tests.push.browser import BrowserKeys
from tests.sessions_app import scene
from tests.sessions_app.reminders import making
from tests.sessions_app.sync.line import Line

Browsers = Callable[[User | None], Browser]
LOGIN = "/_allauth/browser/v1/auth/login"
WEEK = closing.KEPT + timedelta(seconds=1)


def closes(browser: Browser, password: str = PASSWORD) -> Any:
    return browser.send("post", "/api/account/close", {"password": password})


def signs_in(browser: Browser, email: str) -> int:
    return int(browser.send("post", LOGIN, {"email": email, "password": PASSWORD}).status_code)


def erased(after: timedelta = WEEK) -> int:
    return closing.erase_closed(timezone.now() + after)


def test_A1_it_takes_the_password(charlie: User, browser: Browsers) -> None:
    refused = closes(browser(charlie), "not the password")
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (403, "wrong_password", "password")
    assert browser(charlie).send("get", "/api/me").status_code == 200
    answers = [closes(browser(charlie), "guess").status_code for _ in range(12)]
    assert 429 in answers


def test_A1_a_guest_leaves_the_demo_instead(db: None, browser: Browsers) -> None:
    guest = browser(None)
    guest.send("post", "/api/demo")
    assert closes(guest).json()["code"] == "guest_has_no_account"


def test_A2_it_is_shut_on_every_phone_at_once(charlie: User, browser: Browsers) -> None:
    one, other = browser(None), browser(None)
    assert [signs_in(each, "charlie@example.org") for each in (one, other)] == [200, 200]
    one.send("post", "/api/reminders/subscriptions", BrowserKeys().subscription())
    course = making.a_course(charlie, timezone.now())
    old = browser(charlie)  # a sign-in of which nothing is noted
    key = old.cookies[settings.SESSION_COOKIE_NAME].value
    assert phone_auth.who(key) is not None
    assert closes(one).status_code == 200
    for each in (one, other, old):
        assert each.send("get", "/api/me").status_code == 401
    assert phone_auth.who(key) is None  # and so its line closes
    assert not charlie.subscriptions.exists()
    course.user.refresh_from_db()
    assert not wanted.for_whom(course.user, timezone.now())


def test_A3_what_runs_for_them_is_stopped_first(ready: User, a_panel: Panel, browser: Browsers) -> None:
    scene.started(ready, scene.a_plan(a_panel))
    assert closes(browser(ready)).status_code == 200
    assert set(Session.objects.values_list("state", flat=True)) == {"ended"}


@pytest.mark.django_db(transaction=True)
def test_race_A3_no_start_slips_by(ready: User, a_panel: Panel) -> None:
    for _ in range(4):
        Session.objects.all().delete()
        User.objects.filter(pk=ready.pk).update(closed_at=None)
        ready.refresh_from_db()
        now, plan = clock.now(), scene.a_plan(a_panel)
        ticket = scene.ticket_for(ready, plan, now)
        answers = scene.at_once(
            partial(scene.started, ready, plan, now, ticket=ticket), partial(closing.close, ready, PASSWORD, timezone.now())
        )
        codes = [one.code for one in answers if isinstance(one, Problem)]
        assert codes in (["account_closed"], [])
        assert not Session.objects.exclude(state="ended").exists()


def test_A3_who_has_closed_their_account_starts_nothing(ready: User, a_panel: Panel) -> None:
    now, plan = clock.now(), scene.a_plan(a_panel)
    ticket = scene.ticket_for(ready, plan, now)
    closing.close(ready, PASSWORD, timezone.now())
    with pytest.raises(Problem) as problem:
        scene.started(ready, plan, now, ticket=ticket)
    assert problem.value.code == "account_closed"


def test_A4_the_only_owner_among_others_is_refused_and_nothing_is_changed(
    alice: User, bob: User, household: Household, browser: Browsers
) -> None:
    refused = closes(browser(alice))
    assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")
    assert "“Alice's home”" in refused.json()["detail"]
    assert browser(alice).send("get", "/api/me").json()["household"]["role"] == "owner"


def test_A4_they_leave_at_once_where_others_are(alice: User, bob: User, household: Household, browser: Browsers) -> None:
    code = invitations.make(alice, household.pk, timezone.now()).code
    assert closes(browser(bob)).status_code == 200
    assert list(household.memberships.values_list("user_id", flat=True)) == [alice.pk]
    with pytest.raises(Problem):
        invitations.find(code, timezone.now())


def test_A5_signing_in_within_the_week_brings_everything_back(ready: User, a_panel: Panel, browser: Browsers) -> None:
    closes(browser(ready))
    assert erased(after=closing.KEPT - timedelta(minutes=1)) == 0
    back = browser(None)
    assert signs_in(back, "alice@example.org") == 200
    assert back.send("get", "/api/me").json()["opened_again"] is True
    later = browser(None)
    signs_in(later, "alice@example.org")
    assert later.send("get", "/api/me").json()["opened_again"] is False
    assert [one["id"] for one in back.send("get", "/api/panels").json()] == [str(a_panel.pk)]
    assert ready.screenings.count() == 1
    assert erased() == 0


def test_A6_after_a_week_no_table_holds_anything_of_them(
    ready: User, a_panel: Panel, bob: User, household: Household, browser: Browsers
) -> None:
    Membership.objects.filter(user=bob).update(role="owner")
    phone = browser(None)
    signs_in(phone, "alice@example.org")
    phone.send("post", "/api/reminders/subscriptions", BrowserKeys().subscription())
    making.a_course(ready, timezone.now())
    line = Line(ready)
    line.ask([line.put("profile", ready.pk, {"display_name": "Alice"})])
    scene.started(ready, scene.a_plan(a_panel))
    assert tables_with(ready.pk.hex, str(ready.pk), "alice@example.org")
    closes(phone)
    assert erased() == 1
    assert tables_with(ready.pk.hex, str(ready.pk), "alice@example.org") == []
    assert (Panel.objects.count(), list(household.memberships.values_list("user_id", flat=True))) == (1, [bob.pk])
    assert (
        browser(None)
        .send("post", "/_allauth/browser/v1/auth/signup", {"email": "alice@example.org", "password": PASSWORD})
        .status_code
        == 200
    )


def tables_with(*texts: str) -> list[str]:
    """Tables in which any of these stands in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - its name comes from the database itself
            if any(text in str(row) for row in cursor.fetchall() for text in texts):
                found.append(table)
    return found


def test_A7_a_household_of_theirs_alone_goes_with_them(ready: User, a_panel: Panel, browser: Browsers) -> None:
    scene.started(ready, scene.a_plan(a_panel))
    closes(browser(ready))
    assert erased() == 1
    assert (Household.objects.count(), Bridge.objects.count(), Panel.objects.count()) == (0, 0, 0)


def test_A7_a_panel_in_the_log_of_who_left_before_stays_without_a_name(
    alice: User, bob: User, a_panel: Panel, household: Household, browser: Browsers
) -> None:
    scene.answers(bob)
    scene.started(bob, scene.a_plan(a_panel))
    browser(bob).send("post", f"/api/households/{household.pk}/leave")
    closes(browser(alice))
    assert erased() == 1
    assert bob.sessions.get().panel_id == a_panel.pk
    kept, bridge = Panel.objects.get(), Bridge.objects.get()
    assert (kept.name, kept.removed_at is None, kept.household.name) == ("", False, "")
    assert (bridge.name, bridge.revoked_at is None) == ("", False)


def test_A8_a_panel_keeps_how_long_it_shone(
    ready: User, bob: User, a_panel: Panel, household: Household, browser: Browsers
) -> None:
    Membership.objects.filter(user=bob).update(role="owner")
    scene.started(ready, scene.a_plan(a_panel))
    Session.objects.update(state="ended", on_s=1800.0)
    closes(browser(ready))
    assert passport.light_hours(a_panel) == 0.5
    erased()
    assert not Session.objects.exists()
    assert passport.light_hours(Panel.objects.get()) == 0.5
