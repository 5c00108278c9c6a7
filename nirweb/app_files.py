"""The built phone app: its files with the right cache headers, and its one page for every deep link."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from asgiref.sync import sync_to_async
from whitenoise.base import WhiteNoise
from whitenoise.responders import Response

from nirweb.security import APP_POLICY, COMMON, strict_transport

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HASHED: Final = re.compile(r"/assets/.+-[\w-]{8,}\.\w+$")
"""Vite puts a hash of the content into the name: such a file never changes."""
TYPES: Final = {".webmanifest": "application/manifest+json"}
CHUNK_BYTES: Final = 256 * 1024
NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>NIRWeb</title>
<h1>The phone app is not built yet</h1>
<p>The server runs, but the files of the app are missing. <code>python3 manage.py up</code> builds them.</p>
"""


class AppFiles:
    """An ASGI application over the folder `dist`.

    Hashed assets are kept by the browser for ever; the page, the service worker and the manifest are asked for each time, so that
    a new version is found. A path that names no file and has no ending is a screen of the app, and gets its page.
    """

    def __init__(self, dist: Path) -> None:
        self.dist = dist
        self._files: WhiteNoise | None = None
        self._built_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["method"] not in {"GET", "HEAD"}:
            await self._text(send, 405, "This cannot be done here.", [("Allow", "GET, HEAD")])
            return
        files = await sync_to_async(self._current, thread_sensitive=False)()
        if files is None:
            await self._text(send, 503, NOT_BUILT, [("Content-Type", "text/html; charset=utf-8")])
            return
        found = files.files.get(scope["path"]) or (files.files.get("/index.html") if is_screen(scope["path"]) else None)
        if found is None:
            await self._text(send, 404, "There is no such file.")
            return
        response = found.get_response(scope["method"], _headers(scope))
        await self._send(send, response)

    def _current(self) -> WhiteNoise | None:
        """The files of the newest build; a build replaces the page last, so its time is the build's."""
        try:
            built_at = (self.dist / "index.html").stat().st_mtime
        except FileNotFoundError:
            return None
        if self._files is None or built_at != self._built_at:
            files = WhiteNoise(
                None,
                max_age=0,
                allow_all_origins=False,
                mimetypes=TYPES,
                immutable_file_test=_immutable,
                add_headers_function=_add_headers,
            )
            files.add_files(str(self.dist), prefix="/")
            self._files, self._built_at = files, built_at
        return self._files

    async def _send(self, send: Send, response: Response) -> None:
        headers = [(name.lower().encode("latin-1"), str(value).encode("latin-1")) for name, value in response.headers]
        await send({"type": "http.response.start", "status": int(response.status), "headers": headers})
        if response.file is None:
            await send({"type": "http.response.body", "body": b""})
            return
        with closing(response.file) as file:
            while chunk := await sync_to_async(file.read, thread_sensitive=False)(CHUNK_BYTES):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _text(self, send: Send, status: int, text: str, headers: list[tuple[str, str]] | None = None) -> None:
        body = text.encode()
        every = {
            "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body)), "Cache-Control": "no-store",
            **COMMON, **strict_transport(), "Content-Security-Policy": APP_POLICY, **dict(headers or []),
        }  # fmt: skip
        pairs = [(name.lower().encode(), value.encode()) for name, value in every.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})


def is_screen(path: str) -> bool:
    """A deep link of the app: its last part has no ending, as a file would."""
    return "." not in path.rsplit("/", 1)[-1]


def _headers(scope: Scope) -> dict[str, str]:
    """As WSGI names them: that is what whitenoise reads."""
    return {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1") for name, value in scope["headers"]
    }


def _immutable(path: str, url: str) -> bool:
    return HASHED.search(url) is not None


def _add_headers(headers: Any, path: str, url: str) -> None:
    for name, value in {**COMMON, **strict_transport(), "Content-Security-Policy": APP_POLICY}.items():
        headers[name] = value
    if not _immutable(path, url):
        headers["Cache-Control"] = "no-cache"
    if url == "/sw.js":
        headers["Service-Worker-Allowed"] = "/"
