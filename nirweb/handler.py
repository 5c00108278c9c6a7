"""Django behind ASGI, one thread for each request from beginning to end.

Django's own handler changes threads for every middleware and makes a thread for each request, which so can keep no connection to
the database (docs/decisions/one-thread-for-a-request.md has the figures).
"""

import io
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import HttpResponseBase
from django.urls import set_script_prefix

from nirweb import problems

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

THREADS: Final = 8
STOP_THREADS: Final = 4
STOP: Final = "/stop"
"""Ends the paths of the routes that turn light off. They have threads of their own: a stop never waits behind other work."""
BELL: Final = "/api/therapy/stop"
"""The stop that needs no database. Its threads are shared with none that does: while the database is stuck, those are too."""


class GoneError(Exception):
    """The client went away before its body was whole."""


class TooLargeError(Exception):
    pass


class Handler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="requests")
        self._stop_threads = ThreadPoolExecutor(STOP_THREADS, thread_name_prefix="stops")
        self._bell_threads = ThreadPoolExecutor(STOP_THREADS, thread_name_prefix="bells")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await read(receive, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        except GoneError:
            return
        except TooLargeError:
            await self.send_response(problems.answer(problems.too_large()), send)
            return
        executor = self._executor(scope["path"])
        # not run_in_executor: with it an asynchronous view would not find this loop again
        response = await sync_to_async(self._answer, thread_sensitive=False, executor=executor)(scope, body)
        await self.send_response(response, send)

    def _executor(self, path: str) -> ThreadPoolExecutor:
        if path == BELL:
            return self._bell_threads
        return self._stop_threads if path.endswith(STOP) else self._threads

    def _answer(self, scope: Scope, body: bytes) -> HttpResponseBase:
        set_script_prefix("/")
        signals.request_started.send(sender=self.__class__, scope=scope)
        try:
            request = ASGIRequest(dict(scope), io.BytesIO(body))
        except UnicodeDecodeError:
            return problems.answer(problems.plain(400))
        response = self.get_response(request)
        response.close()  # nothing here streams; it also gives the connection back in the thread that holds it
        return response


async def read(receive: Receive, limit: int) -> bytes:
    """The whole body, in memory.

    Raises `TooLargeError` as soon as it is larger than `limit` bytes, `GoneError` when it breaks off.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLargeError
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
