"""RFC 8628 over HTTP, as a bridge and an owner's phone do it; tokens as docs/bridge.md B6 has them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from sessions_app.accounts.models import Household, User
from sessions_app.accounts.services import demo_household, make_guest
from sessions_app.panels.enrolment import services, tokens
from sessions_app.panels.enrolment.models import BridgeToken, Enrolment
from sessions_app.panels.models import Bridge
from sessions_app.problems import Problem
from tests import factories
from tests.conftest import Browser

Browsers = Callable[[User | None], Browser]
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class BridgeOfTest:
    """Speaks HTTP as a bridge does: forms, no cookies."""

    def __init__(self) -> None:
        self.http = Client(enforce_csrf_checks=True)
        self.asked: dict[str, Any] = {}

    def ask(self, **more: str) -> dict[str, Any]:
        form = {"client_id": "nirweb-bridge", "scope": "bridge", "name": "Bridge at home", "software": "nirweb 0.1", **more}
        answer = self._post("/api/bridges/enrol/device", form)
        assert answer.status_code == 200, answer.content
        self.asked = answer.json()
        return self.asked

    def poll(self) -> Any:
        """A patient bridge: the interval has passed."""
        Enrolment.objects.update(polled_at=None)
        return self._post(
            "/api/bridges/enrol/token",
            {"grant_type": DEVICE_GRANT, "device_code": self.asked["device_code"], "client_id": "nirweb-bridge"},
        )

    def refresh(self, token: str) -> Any:
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "nirweb-bridge"}
        return self._post("/api/bridges/enrol/token", form)

    def _post(self, path: str, form: dict[str, str]) -> Any:
        return self.http.generic("POST", path, urlencode(form), "application/x-www-form-urlencoded")


@pytest.fixture
def bridge(db: None) -> BridgeOfTest:
    return BridgeOfTest()


@pytest.fixture
def cuts() -> Iterator[list[tuple[Any, str]]]:
    """What the lines were told to close."""
    told: list[tuple[Any, str]] = []

    def note(sender: Any, bridge_id: Any, reason: str, **_: Any) -> None:
        told.append((bridge_id, reason))

    tokens.cut.connect(note)
    yield told
    tokens.cut.disconnect(note)


def let_in(bridge: BridgeOfTest, owner: User, browser: Browsers) -> dict[str, Any]:
    bridge.ask()
    answer = browser(owner).send("post", "/api/bridges/enrol/approve", {"user_code": bridge.asked["user_code"]})
    assert answer.status_code == 201, answer.content
    got: dict[str, Any] = bridge.poll().json()
    return got


def test_B60_it_says_where_to_go(bridge: BridgeOfTest) -> None:
    told = bridge.http.get("/api/bridges/enrol/endpoints", headers={"Host": "localhost:8000"}).json()
    assert told == {
        "device_authorization_endpoint": "http://localhost:8000/api/bridges/enrol/device",
        "token_endpoint": "http://localhost:8000/api/bridges/enrol/token",
        "client_id": "nirweb-bridge",
        "scope": "bridge",
    }


def test_B62_it_enrols_a_bridge_that_an_owner_approves(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    asked = bridge.ask()
    assert asked["verification_uri"] == "http://localhost:8000/link"
    assert asked["verification_uri_complete"] == f"http://localhost:8000/link?code={asked['user_code']}"
    assert asked["expires_in"] == 600
    assert bridge.poll().json()["error"] == "authorization_pending"

    phone = browser(alice)
    shown = phone.send("post", "/api/bridges/enrol/lookup", {"user_code": asked["user_code"].lower().replace("-", " ")}).json()
    assert (shown["name"], shown["software"], shown["again"]) == ("Bridge at home", "nirweb 0.1", False)
    made = phone.send("post", "/api/bridges/enrol/approve", {"user_code": asked["user_code"], "name": "In the attic"})
    assert made.status_code == 201
    listed = phone.send("get", "/api/bridges").json()
    assert listed == [{**made.json(), "online": False, "last_seen_at": None}]
    assert listed[0]["name"] == "In the attic"

    got = bridge.poll()
    assert got.status_code == 200
    assert (got.json()["token_type"], got.json()["expires_in"], got.json()["scope"]) == ("Bearer", 3600, "bridge")
    known = tokens.authenticate_bridge(got.json()["access_token"])
    assert known is not None
    assert str(known.pk) == made.json()["id"]
    assert known.household == alice.memberships.get().household


def test_B61_it_gives_tokens_once(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    let_in(bridge, alice, browser)
    again = bridge.poll()
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_it_keeps_no_token_and_no_device_code(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    got = let_in(bridge, alice, browser)
    kept = [*BridgeToken.objects.values_list("hash", flat=True), *Enrolment.objects.values_list("device_hash", flat=True)]
    assert len(kept) >= 3
    for secret in (got["access_token"], got["refresh_token"], bridge.asked["device_code"]):
        assert secret not in kept
        assert tokens.hashed(secret) in kept


def test_B61_it_tells_a_bridge_that_asks_too_often(bridge: BridgeOfTest) -> None:
    bridge.ask()
    form = {"grant_type": DEVICE_GRANT, "device_code": bridge.asked["device_code"], "client_id": "nirweb-bridge"}
    answers = [bridge._post("/api/bridges/enrol/token", form).json()["error"] for _ in range(2)]
    assert answers == ["authorization_pending", "slow_down"]


def test_B61_it_tells_a_bridge_that_was_denied(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    bridge.ask()
    assert browser(alice).send("post", "/api/bridges/enrol/deny", {"user_code": bridge.asked["user_code"]}).status_code == 204
    assert bridge.poll().json()["error"] == "access_denied"
    assert not Bridge.objects.exists()


def test_B61_it_tells_a_bridge_that_waited_too_long(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    bridge.ask()
    Enrolment.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    late = browser(alice).send("post", "/api/bridges/enrol/approve", {"user_code": bridge.asked["user_code"]})
    assert (late.status_code, late.json()["code"], late.json()["field"]) == (404, "unknown_code", "user_code")
    assert bridge.poll().json()["error"] == "expired_token"


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA", "BCDF-GHJK", "🙂", "B" * 20])
def test_it_knows_no_code_that_was_not_given(bridge: BridgeOfTest, alice: User, browser: Browsers, typed: str) -> None:
    bridge.ask()
    answer = browser(alice).send("post", "/api/bridges/enrol/lookup", {"user_code": typed})
    assert answer.status_code in {404, 422}


def test_it_limits_how_often_a_code_is_tried(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    phone = browser(alice)
    answers = [phone.send("post", "/api/bridges/enrol/lookup", {"user_code": "BCDF-GHJK"}).status_code for _ in range(21)]
    assert answers == [404] * 20 + [429]


def test_B62_only_an_owner_lets_a_bridge_in(bridge: BridgeOfTest, alice: User, bob: User, browser: Browsers) -> None:
    bridge.ask()
    for action in ("lookup", "approve", "deny"):
        refused = browser(bob).send("post", f"/api/bridges/enrol/{action}", {"user_code": bridge.asked["user_code"]})
        assert (refused.status_code, refused.json()["code"]) == (403, "owner_only"), action
    assert bridge.poll().json()["error"] == "authorization_pending"


def test_it_refuses_approval_without_the_csrf_header(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    bridge.ask()
    refused = browser(alice).generic_json("post", "/api/bridges/enrol/approve", {"user_code": bridge.asked["user_code"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")


def test_it_shows_a_name_without_tricks(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    asked = bridge.ask(name="  Living\x00 \u202eroom\n" + "x" * 200)
    shown = browser(alice).send("post", "/api/bridges/enrol/lookup", {"user_code": asked["user_code"]}).json()
    assert shown["name"].startswith("Living room xx")
    assert len(shown["name"]) == 80


# ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_B6_it_rotates_the_refresh_token_at_each_use(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    first = let_in(bridge, alice, browser)
    second = bridge.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert tokens.authenticate_bridge(second["access_token"]) == Bridge.objects.get()
    assert bridge.refresh(second["refresh_token"]).status_code == 200


def test_B6_it_kills_the_family_when_a_refresh_token_is_used_twice(
    bridge: BridgeOfTest, alice: User, browser: Browsers, cuts: list[tuple[Any, str]], django_capture_on_commit_callbacks: Any
) -> None:
    first = let_in(bridge, alice, browser)
    second = bridge.refresh(first["refresh_token"]).json()
    with django_capture_on_commit_callbacks(execute=True):
        stolen = bridge.refresh(first["refresh_token"])
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert tokens.authenticate_bridge(second["access_token"]) is None
    assert bridge.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert cuts == [(Bridge.objects.get().pk, "token_reused")]


def test_B6_an_access_token_lives_an_hour(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    got = let_in(bridge, alice, browser)
    BridgeToken.objects.filter(kind="access").update(expires_at=timezone.now())
    assert tokens.authenticate_bridge(got["access_token"]) is None
    assert bridge.refresh(got["refresh_token"]).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "é" * 5000])
def test_B1_it_knows_no_token_that_was_not_given(db: None, token: str) -> None:
    assert tokens.authenticate_bridge(token) is None


def test_a_refresh_token_is_no_access_token(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    got = let_in(bridge, alice, browser)
    assert tokens.authenticate_bridge(got["refresh_token"]) is None
    assert bridge.refresh(got["access_token"]).json()["error"] == "invalid_grant"


# ── Revoking, and coming back ────────────────────────────────────────────────────────────────────────────────────────
def test_B4_revoking_kills_the_tokens_and_cuts_the_line(
    bridge: BridgeOfTest,
    alice: User,
    bob: User,
    browser: Browsers,
    cuts: list[tuple[Any, str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    got = let_in(bridge, alice, browser)
    row = Bridge.objects.get()
    assert browser(bob).send("delete", f"/api/bridges/{row.pk}").json()["code"] == "owner_only"
    with django_capture_on_commit_callbacks(execute=True):
        assert browser(alice).send("delete", f"/api/bridges/{row.pk}").status_code == 204
    assert tokens.authenticate_bridge(got["access_token"]) is None
    assert bridge.refresh(got["refresh_token"]).json()["error"] == "invalid_grant"
    assert cuts == [(row.pk, "revoked")]
    assert browser(alice).send("delete", f"/api/bridges/{row.pk}").status_code == 404
    assert browser(alice).send("get", "/api/bridges").json() == []


def test_B63_a_bridge_that_lost_its_tokens_keeps_its_place(bridge: BridgeOfTest, alice: User, browser: Browsers) -> None:
    before = let_in(bridge, alice, browser)
    row = Bridge.objects.get()
    asked = bridge.ask(former=str(row.pk))
    phone = browser(alice)
    assert phone.send("post", "/api/bridges/enrol/lookup", {"user_code": asked["user_code"]}).json()["again"]
    made = phone.send("post", "/api/bridges/enrol/approve", {"user_code": asked["user_code"]}).json()
    assert made["id"] == str(row.pk)
    after = bridge.poll().json()
    assert tokens.authenticate_bridge(after["access_token"]) == row
    assert tokens.authenticate_bridge(before["access_token"]) is None


def test_B63_a_bridge_cannot_take_a_strangers_place(bridge: BridgeOfTest, alice: User, charlie: User, browser: Browsers) -> None:
    let_in(bridge, alice, browser)
    hers = Bridge.objects.get()
    asked = bridge.ask(former=str(hers.pk))
    made = browser(charlie).send("post", "/api/bridges/enrol/approve", {"user_code": asked["user_code"]}).json()
    assert made["id"] != str(hers.pk)
    assert Bridge.objects.get(pk=made["id"]).household == charlie.memberships.get().household


# ── The demo ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_M7_who_owns_several_households_says_into_which(
    bridge: BridgeOfTest, alice: User, household: Household, browser: Browsers
) -> None:
    cabin = factories.household(name="Cabin")
    factories.MembershipFactory.create(household=cabin, user=alice, role="owner")
    phone, asked = browser(alice), bridge.ask()
    code = {"user_code": asked["user_code"]}
    shown = phone.send("post", "/api/bridges/enrol/lookup", code).json()
    assert [one["name"] for one in shown["households"]] == ["Alice's home", "Cabin"]
    assert phone.send("post", "/api/bridges/enrol/approve", {**code, "household_id": str(cabin.pk)}).status_code == 201
    assert Bridge.objects.get().household_id == cabin.pk
    tokens.kill(Bridge.objects.get(), "lost")
    code = {"user_code": bridge.ask(former=str(Bridge.objects.get().pk))["user_code"]}
    shown = phone.send("post", "/api/bridges/enrol/lookup", code).json()
    assert ([one["name"] for one in shown["households"]], shown["again"]) == (["Cabin", "Alice's home"], True)
    assert phone.send("post", "/api/bridges/enrol/approve", code).status_code == 201
    assert Bridge.objects.get().household_id == cabin.pk


@pytest.mark.parametrize(("role", "status"), [("member", 403), (None, 404)])
def test_M7_into_no_household_that_is_another_ones(
    bridge: BridgeOfTest, alice: User, browser: Browsers, role: str | None, status: int
) -> None:
    cabin = factories.household(name="Cabin")
    if role:
        factories.MembershipFactory.create(household=cabin, user=alice, role=role)
    wanted = {"user_code": bridge.ask()["user_code"], "household_id": str(cabin.pk)}
    assert browser(alice).send("post", "/api/bridges/enrol/approve", wanted).status_code == status
    assert not Bridge.objects.exists()


def test_B62_the_instance_lets_its_demo_bridge_only_into_the_demo(bridge: BridgeOfTest) -> None:
    bridge.ask()
    made = services.approve_for_demo(bridge.asked["user_code"], timezone.now())
    assert made.household == demo_household()
    assert made.enrolled_by is None
    assert bridge.poll().status_code == 200


def test_B62_a_guest_lets_nothing_into_the_demo(bridge: BridgeOfTest, browser: Browsers) -> None:
    bridge.ask()
    guest = make_guest(timezone.now())
    refused = browser(guest).send("post", "/api/bridges/enrol/approve", {"user_code": bridge.asked["user_code"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "owner_only")


# ── Bad input ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["device", "token"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("client_id=somebody&scope=bridge", "application/x-www-form-urlencoded"),
        ("client_id=nirweb-bridge&scope=everything", "application/x-www-form-urlencoded"),
        ("client_id=nirweb-bridge&client_id=nirweb-bridge", "application/x-www-form-urlencoded"),
        ("client_id=nirweb-bridge&grant_type=password&username=a&password=b", "application/x-www-form-urlencoded"),
        ("client_id=nirweb-bridge&grant_type=refresh_token", "application/x-www-form-urlencoded"),
        (f"client_id=nirweb-bridge&grant_type={DEVICE_GRANT}", "application/x-www-form-urlencoded"),
        (f"client_id=nirweb-bridge&grant_type={DEVICE_GRANT}&device_code=%00%ff", "application/x-www-form-urlencoded"),
        ("%ff%00=&&&=%zz;", "application/x-www-form-urlencoded"),
        ('{"client_id": "nirweb-bridge"}', "application/json"),
        ("x", "multipart/form-data; boundary=x"),
    ],
)
def test_it_refuses_a_bad_form_in_the_standards_words(bridge: BridgeOfTest, path: str, body: str, kind: str) -> None:
    answer = bridge.http.generic("POST", f"/api/bridges/enrol/{path}", body, kind)
    assert 400 <= answer.status_code < 500 or (answer.status_code == 200 and path == "device"), answer.content
    if answer.status_code != 200:
        assert answer.json()["error"]


def test_it_holds_only_so_many_requests(bridge: BridgeOfTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_WAITING", 1)
    services.ask("one", "", "", "", timezone.now())
    with pytest.raises(Problem, match="503 busy"):
        services.ask("two", "", "", "", timezone.now())
