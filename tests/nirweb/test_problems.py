"""Every refusal is problem+json with a stable code, and names the request in the log."""

from collections.abc import Callable

import pytest

from sessions_app.accounts.models import User
from tests.conftest import Browser

Browsers = Callable[[User | None], Browser]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("get", "/api/nothing", None, 404, "not_found"),
        ("get", "/nothing", None, 404, "not_found"),
        ("delete", "/api/me", None, 405, "method_not_allowed"),
        ("post", "/api/consent", "{", 400, "bad_json"),
        ("post", "/api/consent", {"version": "1", "other": 1}, 422, "invalid"),
        ("post", "/api/consent", {"version": 1}, 422, "invalid"),
        ("post", "/api/consent", "", 422, "invalid"),
    ],
)
def test_it_answers_with_a_problem(
    alice: User, browser: Browsers, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = browser(alice).send(method, path, body)
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert problem["type"] == f"urn:nirweb:problem:{code}"
    assert problem["detail"]
    assert problem["next"]
    assert problem["trace"] == answer["X-Trace"]


def test_it_names_the_field(alice: User, browser: Browsers) -> None:
    problem = browser(alice).send("post", "/api/consent", {"version": "NOT ONE"}).json()
    assert problem["field"] == "version"
    assert [error["field"] for error in problem["errors"]] == ["version"]


def test_it_keeps_the_callers_trace(alice: User, browser: Browsers) -> None:
    assert browser(alice).send("get", "/api/me", headers={"X-Trace": "from-the-phone-1"})["X-Trace"] == "from-the-phone-1"


def test_it_makes_a_trace_where_the_callers_is_no_trace(alice: User, browser: Browsers) -> None:
    forged = "x\nlevel=error"
    assert browser(alice).send("get", "/api/me", headers={"X-Trace": forged})["X-Trace"] != forged


def test_it_refuses_what_is_too_large(alice: User, browser: Browsers, settings: object) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024  # type: ignore[attr-defined]
    answer = browser(alice).send("post", "/api/consent", {"version": "x" * 2000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_it_refuses_an_unknown_host(alice: User, browser: Browsers) -> None:
    answer = browser(alice).send("get", "/api/me", headers={"Host": "evil.example.org"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_host")


def test_it_says_nothing_of_what_failed(
    alice: User, browser: Browsers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(user: User, version: str) -> None:
        raise ZeroDivisionError("her secret")

    monkeypatch.setattr("sessions_app.accounts.services.give_consent", fail)
    answer = browser(alice).send("post", "/api/consent", {"version": "1"})
    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert "secret" not in answer.content.decode()
    assert "ZeroDivisionError" in caplog.text
    assert "her secret" not in caplog.text
    assert answer["X-Trace"] in caplog.text
