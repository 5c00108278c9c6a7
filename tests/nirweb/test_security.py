"""What every answer of data says to the browser, and what no other page may do."""

from collections.abc import Callable

import pytest
from django.conf import settings

from sessions_app.accounts.models import User
from tests.conftest import Browser

Browsers = Callable[[User | None], Browser]


@pytest.mark.parametrize("path", ["/api/me", "/api/csrf", "/healthz", "/api/nothing", "/_allauth/browser/v1/auth/session"])
def test_data_is_never_kept_never_run_and_never_framed(alice: User, browser: Browsers, path: str) -> None:
    headers = browser(alice).send("get", path).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers, "not where there is no https"


@pytest.mark.parametrize(
    "origin", ["https://evil.example.org", "null", "http://localhost:9999", "http://localhost.evil.example.org:8000"]
)
def test_another_page_changes_nothing_even_with_the_token(alice: User, browser: Browsers, origin: str) -> None:
    phone = browser(alice)
    before = list(alice.consents.values_list("pk", flat=True))
    for path in ("/api/consent", "/api/demo", "/_allauth/browser/v1/auth/login"):
        answer = phone.send("post", path, {"version": "1"}, headers={"Origin": origin, "Host": "localhost:8000"})
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed"), path
    assert list(alice.consents.values_list("pk", flat=True)) == before


def test_no_other_page_may_read(alice: User, browser: Browsers) -> None:
    asked = {"Origin": "https://evil.example.org", "Access-Control-Request-Method": "POST"}
    for method in ("get", "options"):
        answer = browser(alice).send(method, "/api/me", headers=asked)
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_cookies_are_for_this_site_and_the_session_not_for_scripts(alice: User, browser: Browsers) -> None:
    phone = browser(None)
    phone.send("post", "/_allauth/browser/v1/auth/login", {"email": alice.email, "password": "a lamp in the evening"})
    session, csrf = phone.cookies[settings.SESSION_COOKIE_NAME], phone.cookies[settings.CSRF_COOKIE_NAME]
    assert session["httponly"]
    assert {session["samesite"], csrf["samesite"]} == {"Lax"}
    assert {session["path"], csrf["path"]} == {"/"}
    assert session["domain"] == ""


def test_the_csrf_token_changes_when_somebody_signs_in(alice: User, browser: Browsers) -> None:
    phone = browser(None)
    before = phone.send("get", "/api/csrf").json()["token"]
    phone.send("post", "/_allauth/browser/v1/auth/login", {"email": alice.email, "password": "a lamp in the evening"})
    stale = phone.send("post", "/api/consent", {"version": "1"}, headers={"X-CSRFToken": before})
    assert (stale.status_code, stale.json()["code"]) == (403, "csrf_failed")
    assert phone.send("post", "/api/consent", {"version": "1"}).status_code == 201


def test_signing_in_gives_a_new_session(alice: User, browser: Browsers) -> None:
    """One that somebody planted before, as by the demo, is worth nothing."""
    phone = browser(None)
    phone.send("post", "/api/demo")
    planted = phone.cookies[settings.SESSION_COOKIE_NAME].value
    phone.send("post", "/_allauth/browser/v1/auth/login", {"email": alice.email, "password": "a lamp in the evening"})
    assert phone.cookies[settings.SESSION_COOKIE_NAME].value != planted
    other = browser(None)
    other.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert other.send("get", "/api/me").status_code == 401


def test_a_new_password_signs_other_devices_out(alice: User, browser: Browsers) -> None:
    old, other = "a lamp in the evening", browser(alice)
    phone = browser(None)
    phone.send("post", "/_allauth/browser/v1/auth/login", {"email": alice.email, "password": old})
    changed = phone.send(
        "post",
        "/_allauth/browser/v1/account/password/change",
        {"current_password": old, "new_password": "another lamp, another evening"},
    )
    assert changed.status_code == 200, changed.content
    assert other.send("get", "/api/me").status_code == 401
    assert phone.send("get", "/api/me").status_code == 200
