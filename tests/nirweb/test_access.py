"""P9: only the right person. Every route × owner, household member, stranger, anonymous, revoked bridge.

`tests/nirweb/access/cases.py` holds a line for each route.
"""

import re
from pathlib import Path

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from nirweb.app_files import AppFiles
from sessions_app.accounts.models import Household, User
from sessions_app.therapy import stop_rows
from tests.nirweb.access.cases import CASES
from tests.nirweb.access.handshake import handshake
from tests.nirweb.access.routes import APP_FILES, all_routes, marked
from tests.nirweb.access.world import CALLERS, World, find

LINES = sorted(route for route in CASES if route.startswith("WS "))
PLAIN = [marked(route) for route in sorted(CASES) if not route.startswith("WS ") and route not in APP_FILES]


@pytest.fixture
def world(alice: User, bob: User, charlie: User, household: Household) -> World:
    return World(alice=alice, bob=bob, charlie=charlie, household=household)


def test_P9_every_route_has_its_case() -> None:
    routes = all_routes()
    assert len(routes) > 20
    assert sorted(routes - set(CASES)) == [], "each needs a line in tests/nirweb/access/cases.py"
    assert sorted(set(CASES) - routes) == [], "these lines have no route"


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", PLAIN)
def test_P9_it_answers_each_caller_as_declared(world: World, route: str, caller: str) -> None:
    world.caller = caller
    case, (method, template) = CASES[route], route.split(" ")
    path, body = world.path(template), case.body(world) if case.body else None
    answer = world.browser.send(method, path, body, headers=world.headers)
    assert stop_rows.flush(5)
    assert answer.status_code == getattr(case, caller), answer.content
    assert find(answer.content.decode(), world.secrets()) == []


def test_P9_a_stranger_learns_nothing_of_what_exists(world: World) -> None:
    """What is another's and what is not there answer alike, but for the trace."""
    world.caller = "stranger"
    seen = 0
    for route, case in CASES.items():
        method, template = route.split(" ")
        if "{" not in template or case.stranger != 404:
            continue
        path, body = world.path(template), case.body(world) if case.body else None
        nowhere = re.sub(r"\{\w+\}", "01a20369-0000-75e1-95d2-a27d29807c4a", template)
        theirs, absent = (world.browser.send(method, one, body).json() for one in (path, nowhere))
        assert {**theirs, "trace": ""} == {**absent, "trace": ""}, route
        seen += 1
    assert seen > 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", LINES)
async def test_P9_a_line_opens_only_for_whom_it_is(world: World, route: str, caller: str) -> None:
    world.caller = caller
    browser = await sync_to_async(lambda: world.browser)()
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    headers = {"Origin": settings.ORIGIN, "Cookie": cookie, **world.headers}
    assert await handshake(route.removeprefix("WS "), headers) == getattr(CASES[route], caller)


@pytest.mark.django_db(transaction=True)
async def test_P9_a_foreign_page_opens_no_line(world: World) -> None:
    browser = await sync_to_async(lambda: world.browser)()
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    for origin in ("https://evil.example.org", "null", settings.ORIGIN + ".evil.example.org"):
        assert await handshake("/ws/phone", {"Origin": origin, "Cookie": cookie}) == 403
    assert await handshake("/ws/phone", {"Cookie": cookie}) == 403
    assert await handshake("/ws/other", {"Origin": settings.ORIGIN, "Cookie": cookie}) == 403


@pytest.mark.parametrize("route", sorted(APP_FILES))
async def test_P9_the_apps_files_are_everybodys(route: str, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "sw.js").write_text("//")
    method, path = route.split(" ")
    transport = httpx.ASGITransport(app=AppFiles(tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        answer = await client.request(method, path)
    assert answer.status_code == CASES[route].anonymous
    assert "set-cookie" not in answer.headers
