"""One thread for a request: bodies have an end, connections are kept, and a stop never waits behind other work."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from nirweb import handler
from nirweb.asgi import application
from nirweb.handler import GoneError, Handler, TooLargeError
from tests.patience import PATIENCE_S

busy = threading.Event()


def where(request: HttpRequest) -> HttpResponse:
    connection.ensure_connection()
    return HttpResponse(f"{threading.current_thread().name} {id(connection.connection)}")


def wait(request: HttpRequest) -> HttpResponse:
    busy.wait(4 * PATIENCE_S)
    return HttpResponse("done")


async def loop_of_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(id(asyncio.get_running_loop())))


urlpatterns = [path("api/where", where), path("api/wait", wait), path("api/loop", loop_of_view), path("api/some/stop", where)]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Handler())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


def messages(*parts: bytes, whole: bool = True) -> Any:
    left = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    left.append({"type": "http.request", "body": b"", "more_body": False} if whole else {"type": "http.disconnect"})
    turns = iter(left)

    async def receive() -> Any:
        return next(turns)

    return receive


async def test_it_reads_a_body_to_its_end_and_no_further_than_the_limit() -> None:
    assert await handler.read(messages(b"ab", b"", b"cd"), 4) == b"abcd"
    with pytest.raises(TooLargeError):
        await handler.read(messages(b"ab", b"cde", b"never read"), 4)
    with pytest.raises(GoneError):
        await handler.read(messages(b"ab", whole=False), 4)


async def test_it_refuses_a_body_that_is_too_large() -> None:
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        answer = await client.post("/api/consent", content=b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
async def test_it_keeps_the_connection_with_its_thread(client: httpx.AsyncClient) -> None:
    threads = {(await client.get("/api/where")).text.split(" ")[0] for _ in range(30)}
    assert all(name.startswith("requests") for name in threads)
    assert len(threads) <= handler.THREADS


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
async def test_a_stop_does_not_wait_behind_other_work(client: httpx.AsyncClient) -> None:
    busy.clear()
    others = [asyncio.create_task(client.get("/api/wait")) for _ in range(handler.THREADS * 2)]
    await asyncio.sleep(0.2)
    assert not any(other.done() for other in others)
    stopped = await asyncio.wait_for(client.get("/api/some/stop"), timeout=PATIENCE_S)
    assert stopped.text.startswith("stops")
    assert not any(other.done() for other in others)
    busy.set()
    assert {(await other).text for other in others} == {"done"}


@override_settings(ROOT_URLCONF=__name__)
async def test_an_asynchronous_view_runs_on_the_servers_loop(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/loop")).text == str(id(asyncio.get_running_loop()))


async def test_it_answers_headers_that_are_no_text() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/api/\ufffd",
        "query_string": b"\xff",
        "headers": [(b"host", b"localhost:8000"), (b"x", b"\xff\xfe"), (b"cookie", b"\xff=\xfe")],
        "client": None,
    }
    await Handler()(scope, messages(), send)
    assert sent[0]["status"] == 400
