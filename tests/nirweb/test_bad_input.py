"""P10: bad input gets a clear error, loses nothing, and never fails the server. Every route, a corpus for each."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache

from sessions_app.accounts.models import Household, User
from sessions_app.problems import MEDIA_TYPE
from sessions_app.therapy import stop_rows
from tests.conftest import Browser
from tests.nirweb import corpus
from tests.nirweb.access.cases import CASES
from tests.nirweb.access.routes import APP_FILES, marked
from tests.nirweb.access.world import World

WITH_BODY = [marked(route) for route, case in sorted(CASES.items()) if case.body is not None]
WITH_IDS = [marked(route) for route in sorted(CASES) if "{" in route]
PLAIN = sorted(route for route in CASES if not route.startswith("WS ") and route not in APP_FILES)
OWN_WORDS = ("_allauth", "/api/bridges/enrol/device", "/api/bridges/enrol/token", "/readyz", "HEAD")
"""Answer in the words of their own standards, or with no words at all."""
NOT_COUNTED = {"Session", "Answer"}
"""A signed-in browser's own; what sync remembers of a request."""


@pytest.fixture
def world(alice: User, bob: User, charlie: User, household: Household) -> World:
    return World(alice=alice, bob=bob, charlie=charlie, household=household)


class Prober:
    """Sends bad input as Alice, counts it, and collects what was wrong with the answers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browser = world.browser
        self.browser.raise_request_exception = False  # as a server would: what fails is a 500
        self.token = self.browser.get("/api/csrf").json()["token"]
        self.sent = 0
        self.wrong: list[str] = []

    def send(self, route: str, bad: corpus.Bad) -> None:
        method, template = route.split(" ")
        cache.clear()  # what is tested is not the limits
        answer = self.browser.generic(method, self.world.path(template), bad.raw, bad.kind, headers={"X-CSRFToken": self.token})
        self.judge(f"{route}: {bad.name}", answer, refused=bad.refused)

    def judge(self, name: str, answer: Any, *, refused: bool = True) -> None:
        self.sent += 1
        status = answer.status_code
        if status >= 500 or (refused and not 400 <= status < 500):
            self.wrong.append(f"{name} → {status} {answer.content[:200]!r}")
        elif status >= 400 and not any(word in name for word in OWN_WORDS) and not _is_problem(answer):
            self.wrong.append(f"{name} → {status} is not told as a problem: {answer.content[:200]!r}")


def _is_problem(answer: Any) -> bool:
    if answer["Content-Type"] != MEDIA_TYPE:
        return False
    told = answer.json()
    return bool(told["code"] and told["detail"] and told["next"] and told["trace"]) and told["status"] == answer.status_code


def rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models() if model.__name__ not in NOT_COUNTED}


def body_of(route: str, world: World) -> dict[str, Any]:
    make = CASES[route].body
    good = make(world) if make else {}
    assert isinstance(good, dict)
    return good


def bad_bodies(route: str, world: World) -> Iterator[corpus.Bad]:
    yield from corpus.raw_corpus()
    yield from corpus.spoiled(body_of(route, world))


@pytest.mark.parametrize("route", WITH_BODY)
def test_P10_it_refuses_bad_bodies_and_keeps_nothing_of_them(world: World, route: str) -> None:
    bodies = list(bad_bodies(route, world))
    if "_allauth" in route:  # allauth takes forms of its own and ignores fields that it does not know
        bodies = [corpus.Bad(bad.name, bad.raw, bad.kind, refused=False) for bad in bodies]
    world.path(route.split(" ")[1])
    prober, before = Prober(world), rows()
    for bad in (bad for bad in bodies if bad.refused):
        prober.send(route, bad)
    assert rows() == before
    for bad in (bad for bad in bodies if not bad.refused):
        prober.send(route, bad)
    assert stop_rows.flush(30)
    assert prober.wrong == []
    assert prober.sent > 50
    print(f"{route}: {prober.sent} bad bodies")  # noqa: T201 - the figure of P10


@pytest.mark.parametrize("route", WITH_IDS)
def test_P10_it_refuses_what_is_no_id(world: World, route: str) -> None:
    prober = Prober(world)
    method, template = route.split(" ")
    for bad in corpus.BAD_IDS:
        path = re.sub(r"\{\w+\}", lambda _, bad=bad: bad, template)  # type: ignore[misc]
        cache.clear()
        body = corpus.dump(body_of(route, world))
        answer = prober.browser.generic(method, path, body, "application/json", headers={"X-CSRFToken": prober.token})
        prober.judge(f"{route}: {bad[:40]}", answer)
    assert prober.wrong == []
    assert prober.sent == len(corpus.BAD_IDS)


@pytest.mark.parametrize("headers", corpus.BAD_HEADERS, ids=lambda headers: f"{next(iter(headers.items()))!r:.40}")
def test_P10_it_survives_bad_headers(world: World, headers: dict[str, str]) -> None:
    prober = Prober(world)
    for route in PLAIN:
        method, template = route.split(" ")
        cache.clear()
        browser = Browser(world.alice)
        browser.raise_request_exception = False
        answer = browser.generic(method, world.path(template), b"", "application/json", headers=headers)
        prober.judge(route, answer, refused=False)
    assert [wrong for wrong in prober.wrong if "/readyz → 503" not in wrong] == []
    assert prober.sent > 10


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PROPFIND", "CONNECT", "get", "", "G E T", "x" * 1000])
def test_P10_it_refuses_methods_that_nobody_has(world: World, method: str) -> None:
    prober = Prober(world)
    for path in {route.split(" ")[1] for route in PLAIN}:
        answer = prober.browser.generic(method, world.path(path), headers={"X-CSRFToken": prober.token})
        prober.judge(f"{method} {path}", answer, refused=False)
    assert [wrong for wrong in prober.wrong if "/readyz → 503" not in wrong] == []
    assert prober.sent > 10
