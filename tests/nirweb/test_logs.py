"""Logs carry the trace, and never what a person entered."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from nirweb import logs
from sessions_app import trace
from sessions_app.accounts.models import User
from tests import factories
from tests.conftest import Browser

Browsers = Callable[[User | None], Browser]


@pytest.fixture
def written() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the real handlers write, as JSON."""
    root = logging.getLogger()
    before, tables = root.handlers[:], logs._tables
    logs.configure({"form": "json", "debug": False})
    out = io.StringIO()
    ours = next(handler for handler in root.handlers if isinstance(handler, logging.StreamHandler) and handler not in before)
    ours.setStream(out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logs.configure({"form": "text", "debug": False})
    root.handlers[:] = before
    assert tables is logs._tables


def test_it_writes_one_object_for_each_event(written: Callable[[], list[dict[str, Any]]]) -> None:
    trace.bind("trace-of-the-test-2")
    structlog.stdlib.get_logger("nirweb.test").info("something", count=3)
    logging.getLogger("elsewhere").warning("from %s", "a library")
    structlog.contextvars.clear_contextvars()
    first, second = written()
    assert (first["event"], first["count"], first["level"], first["trace"]) == ("something", 3, "info", "trace-of-the-test-2")
    assert (second["event"], second["logger"], second["trace"]) == ("from a library", "elsewhere", "trace-of-the-test-2")
    assert first["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "name", ["password", "new_password", "access_token", "stop_token", "ticket", "Authorization", "user_code", "email"]
)
def test_it_keeps_secrets_out_by_name(written: Callable[[], list[dict[str, Any]]], name: str) -> None:
    structlog.stdlib.get_logger("nirweb.test").info("something", **{name: "her secret"})
    logging.getLogger("elsewhere").info("something", extra={name.lower(): "her secret"})
    assert len(written()) == 2
    assert "her secret" not in json.dumps(written())


def test_it_says_what_failed_and_where_but_not_with_what(written: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        int("her secret")
    except ValueError:
        structlog.stdlib.get_logger("nirweb.test").exception("it failed")
        logging.getLogger("elsewhere").exception("it failed")
    for line in written():
        assert line["error"] == "ValueError"
        assert any("test_logs.py" in where for where in line["where"])
    assert "her secret" not in json.dumps(written())


def test_it_logs_the_route_and_not_the_path(alice: User, browser: Browsers, written: Callable[[], list[dict[str, Any]]]) -> None:
    secret = "01a20369-5ab8-75e1-95d2-a27d29807c4a"
    browser(alice).send("get", f"/api/panels/{secret}?note=her+secret")
    (line,) = [line for line in written() if line["event"] == "request"]
    assert line["route"] == "api/panels/<panel_id>"
    assert (line["method"], line["status"]) == ("GET", 404)
    assert secret not in json.dumps(line)
    assert "her" not in json.dumps(line)


def test_signing_up_and_in_leaves_no_word_of_it_in_the_log(
    db: None, browser: Browsers, written: Callable[[], list[dict[str, Any]]]
) -> None:
    auth, who = "/_allauth/browser/v1/auth", {"email": "dora@example.org", "password": factories.PASSWORD}
    browser(None).send("post", f"{auth}/signup", {**who, "display_name": "Dora"})
    browser(None).send("post", f"{auth}/login", who)
    browser(None).send("post", f"{auth}/login", {**who, "password": "not hers at all"})
    browser(None).send("post", f"{auth}/password/request", {"email": who["email"]})
    text = json.dumps(written())
    assert len(written()) >= 4
    for word in ("dora", "Dora", factories.PASSWORD, "not hers"):
        assert word not in text
