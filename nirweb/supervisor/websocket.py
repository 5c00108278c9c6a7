"""uvicorn's WebSocket protocol, which forgets its handshake once that is over, and says nothing of who is at the other end.

uvicorn and websockets keep both headers for as long as the connection is open: 4 KB of the 30 that an idle line may take.
"""

import logging
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent
    from websockets.http11 import Request


class LeanWebSocket(WebSocketsSansIOProtocol):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.logger = logging.getLogger("nirweb.websocket")  # uvicorn's tells each address and path

    def handle_connect(self, event: "Request") -> None:
        super().handle_connect(event)
        event.headers.clear()  # the application has them in its scope

    async def send(self, message: "ASGISendEvent") -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            self.response.headers.clear()  # written by now
        elif self.initial_response and self.close_sent:
            self.handshake_complete = True  # refused, and answered: uvicorn would take it for an error of the application
