"""Signing up, in and out through allauth's browser client, as the phone app does it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.accounts import services
from sessions_app.accounts.models import Household, Membership, User
from tests import factories
from tests.conftest import Browser

Browsers = Callable[[User | None], Browser]
AUTH = "/_allauth/browser/v1/auth"
NEW = {"email": "dora@example.org", "password": "a lamp in the evening"}


@pytest.mark.django_db
def test_it_makes_a_household_for_who_signs_up(browser: Browsers) -> None:
    phone = browser(None)
    made = phone.send("post", f"{AUTH}/signup", {**NEW, "display_name": "Dora", "zone": "Asia/Tokyo", "consent_version": "1"})
    assert made.status_code == 200, made.content
    me = phone.send("get", "/api/me").json()
    assert me["email"] == "dora@example.org"
    assert (me["display_name"], me["zone"], me["consent"], me["guest"]) == ("Dora", "Asia/Tokyo", "1", False)
    assert me["household"]["role"] == "owner"
    assert not me["household"]["demo"]


@pytest.mark.django_db
def test_it_refuses_a_zone_that_nobody_knows_and_keeps_nothing(browser: Browsers) -> None:
    refused = browser(None).send("post", f"{AUTH}/signup", {**NEW, "zone": "Mars/Olympus"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["param"] == "zone"
    assert not User.objects.exists()
    assert not Household.objects.exists()


def test_it_signs_in_and_out(alice: User, browser: Browsers) -> None:
    phone = browser(None)
    assert phone.send("get", "/api/me").status_code == 401
    signed_in = phone.send("post", f"{AUTH}/login", {"email": "alice@example.org", "password": factories.PASSWORD})
    assert signed_in.status_code == 200, signed_in.content
    assert phone.send("get", "/api/me").json()["display_name"] == "Alice"
    assert phone.send("delete", f"{AUTH}/session").status_code == 401
    assert phone.send("get", "/api/me").status_code == 401


def test_it_refuses_a_wrong_password_then_waits(alice: User, browser: Browsers) -> None:
    phone = browser(None)
    wrong = {"email": "alice@example.org", "password": "not hers at all"}
    answers = [phone.send("post", f"{AUTH}/login", wrong) for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [400] * 5
    assert answers[-1].status_code == 429
    problem = answers[-1].json()
    assert problem["code"] == "too_many_sign_ins"
    assert problem["retry_after_s"] > 0
    assert int(answers[-1]["Retry-After"]) == problem["retry_after_s"]


def test_it_asks_for_the_csrf_header(alice: User, browser: Browsers) -> None:
    phone = browser(alice)
    for path, body in (("/api/consent", {"version": "1"}), ("/api/demo", None), (f"{AUTH}/login", NEW)):
        refused = phone.generic_json("post", path, body or "")
        assert refused.status_code == 403, path
        assert refused.json()["code"] == "csrf_failed"
    assert phone.send("post", "/api/consent", {"version": "1"}).status_code == 201


def test_it_keeps_consent_once_for_the_same_words(alice: User, browser: Browsers) -> None:
    phone = browser(alice)
    for version in ("1", "1", "2"):
        assert phone.send("post", "/api/consent", {"version": version}).json()["consent"] == version
    assert alice.consents.count() == 2


# ── The demo ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_it_lets_a_guest_in_without_an_account(browser: Browsers) -> None:
    phone = browser(None)
    made = phone.send("post", "/api/demo")
    assert made.status_code == 201, made.content
    me = phone.send("get", "/api/me").json()
    assert me["guest"]
    assert me["email"] is None
    assert me["household"] == {**me["household"], "demo": True, "role": "member"}
    assert browser(None).send("post", "/api/demo").json()["household"]["id"] == me["household"]["id"]
    assert Household.objects.filter(demo=True).count() == 1


def test_it_leaves_a_person_who_they_are_in_the_demo(alice: User, browser: Browsers) -> None:
    assert browser(alice).send("post", "/api/demo").json()["display_name"] == "Alice"
    assert not User.objects.filter(guest=True).exists()


@pytest.mark.django_db
def test_it_limits_how_many_guests_one_address_makes(browser: Browsers) -> None:
    answers = [browser(None).send("post", "/api/demo") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert answers[-1].json()["retry_after_s"] <= 3600


@pytest.mark.django_db
def test_it_limits_how_many_guests_there_are(browser: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_GUESTS", 1)
    assert browser(None).send("post", "/api/demo").status_code == 201
    assert browser(None).send("post", "/api/demo").json()["code"] == "too_many_guests"


@pytest.mark.django_db
def test_it_deletes_guests_whose_time_is_over() -> None:
    now = timezone.now()
    gone, staying = services.make_guest(now - timedelta(hours=25)), services.make_guest(now)
    assert services.delete_expired_guests(now) == 1
    assert not User.objects.filter(pk=gone.pk).exists()
    assert Membership.objects.filter(user=staying).exists()


def test_it_says_what_the_server_offers(db: None, browser: Browsers) -> None:
    assert browser(None).send("get", "/api/instance").json() == {"demo": True, "mail": False, "origin": "http://localhost:8000"}
