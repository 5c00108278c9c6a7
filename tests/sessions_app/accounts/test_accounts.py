"""Signing up, in and out through allauth's browser client, as the phone app does it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from sessions_app.accounts import services
from sessions_app.accounts.models import Household, Membership, User
from sessions_app.accounts.tasks import delete_old_sessions
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
    assert alice.consents.filter(version__in=("1", "2")).count() == 2


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


@pytest.mark.django_db
def test_a_guest_signs_up_without_leaving_first(browser: Browsers) -> None:
    phone = browser(None)
    phone.send("post", "/api/demo")
    assert phone.send("post", f"{AUTH}/signup", NEW).status_code == 200
    me = phone.send("get", "/api/me").json()
    assert (me["guest"], me["email"], me["household"]["demo"]) == (False, "dora@example.org", False)


def test_a_guest_who_mistypes_stays_in_the_demo(alice: User, browser: Browsers) -> None:
    phone = browser(None)
    phone.send("post", "/api/demo")
    assert phone.send("post", f"{AUTH}/login", {"email": alice.email, "password": "not hers at all"}).status_code == 400
    assert phone.send("get", "/api/me").json()["guest"]


def test_who_is_signed_in_signs_out_before_signing_in_as_another(alice: User, bob: User, browser: Browsers) -> None:
    refused = browser(alice).send("post", f"{AUTH}/login", {"email": bob.email, "password": factories.PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_it_leaves_a_person_who_they_are_in_the_demo(alice: User, browser: Browsers) -> None:
    assert browser(alice).send("post", "/api/demo").json()["display_name"] == "Alice"
    assert not User.objects.filter(guest=True).exists()


@pytest.mark.django_db
def test_it_limits_how_many_guests_one_address_makes(browser: Browsers) -> None:
    answers = [browser(None).send("post", "/api/demo") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [201] * 60 + [429]
    assert answers[-1].json()["retry_after_s"] <= 3600


@pytest.mark.django_db
def test_it_limits_how_many_guests_there_are(browser: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_GUESTS", 1)
    assert browser(None).send("post", "/api/demo").status_code == 201
    assert browser(None).send("post", "/api/demo").json()["code"] == "too_many_guests"


@pytest.mark.django_db
def test_it_deletes_guests_whose_time_is_over() -> None:
    now = timezone.now()
    gone, staying = services.make_guest(now - timedelta(hours=25)), services.make_guest(now - timedelta(hours=24))
    assert services.delete_expired_guests(now) == 1
    assert not User.objects.filter(pk=gone.pk).exists()
    assert Membership.objects.filter(user=staying).exists()


@pytest.mark.django_db
def test_a_guest_whose_time_is_over_is_signed_out(browser: Browsers) -> None:
    guest = services.make_guest(timezone.now() - timedelta(hours=23))
    phone = browser(guest)
    assert phone.send("get", "/api/me").status_code == 200
    User.objects.filter(pk=guest.pk).update(guest_until=timezone.now())
    assert phone.send("get", "/api/me").status_code == 401
    assert phone.send("post", "/api/demo").json()["id"] != str(guest.pk)
    assert phone.send("get", "/api/me").status_code == 200


def test_who_uses_the_app_stays_signed_in(alice: User, browser: Browsers) -> None:
    phone = browser(alice)
    session = Session.objects.get()
    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))
    phone.send("get", "/api/me")
    assert Session.objects.get(pk=session.pk).expire_date > timezone.now() + timedelta(days=179)
    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))
    phone.send("get", "/api/me")
    assert Session.objects.get(pk=session.pk).expire_date < timezone.now() + timedelta(days=2), "once a day is enough"


def test_it_deletes_old_sign_ins(alice: User, browser: Browsers) -> None:
    browser(alice)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    browser(alice)
    delete_old_sessions()
    assert Session.objects.count() == 1


@pytest.mark.django_db
def test_a_new_phone_pulls_the_profile_of_who_signed_up(browser: Browsers) -> None:
    phone = browser(None)
    phone.send("post", f"{AUTH}/signup", {**NEW, "display_name": "Dora", "zone": "Asia/Tokyo"})
    asked = {
        "device": "01a20369-5ab8-75e1-95d2-a27d29807c4a",
        "schema": 1,
        "epoch": None,
        "cursor": None,
        "limit": 100,
        "ops": [],
    }
    rows = {row["entity"]: row["body"] for row in phone.send("post", "/api/sync", asked).json()["rows"]}
    assert (rows["profile"]["display_name"], rows["profile"]["zone"]) == ("Dora", "Asia/Tokyo")
    assert (rows["household"]["name"], rows["member"]["name"], rows["member"]["role"]) == ("Home", "Dora", "owner")
    assert len(rows) == 3


def test_it_says_what_the_server_offers(db: None, browser: Browsers) -> None:
    told = {"demo": True, "mail": False, "origin": "http://localhost:8000", "others": [], "authority": None}
    assert browser(None).send("get", "/api/instance").json() == told
