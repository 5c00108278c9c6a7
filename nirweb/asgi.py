"""What uvicorn serves: Django for data, the phone app's files, the two live lines, and their start and end with the process."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nirweb.settings")

import django

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - only now may Django's parts be imported

from nirweb import urls  # noqa: E402, F401 - loaded now, not by the first person who asks
from nirweb.app_files import AppFiles  # noqa: E402
from nirweb.handler import Handler  # noqa: E402
from sessions_app.panels import lines  # noqa: E402

DJANGO: Final = ("/api/", "/_allauth/")
HEALTH: Final = frozenset({"/healthz", "/readyz"})
LINES: Final[dict[str, Application]] = {"/ws/bridge": lines.bridge_line, "/ws/phone": lines.phone_line}

data: Application = Handler()
app_files = AppFiles(settings.APP_DIR)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await LINES.get(scope["path"], _no_line)(scope, receive, send)
    elif scope["path"].startswith(DJANGO) or scope["path"] in HEALTH:
        await data(scope, receive, send)
    else:
        await app_files(scope, receive, send)


async def _no_line(scope: Scope, receive: Receive, send: Send) -> None:
    """Closing before accepting refuses the handshake with 403."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await lines.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await lines.stop()
    await send({"type": "lifespan.shutdown.complete"})
