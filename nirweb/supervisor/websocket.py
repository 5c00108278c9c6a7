"""uvicorn's WebSocket protocol, which forgets its handshake once that is over.

uvicorn and websockets keep both headers for as long as the connection is open: 4 KB of the 30 that an idle line may take.
"""

from typing import TYPE_CHECKING

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent
    from websockets.http11 import Request


class LeanWebSocket(WebSocketsSansIOProtocol):
    def handle_connect(self, event: "Request") -> None:
        super().handle_connect(event)
        event.headers.clear()  # the application has them in its scope

    async def send(self, message: "ASGISendEvent") -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            self.response.headers.clear()  # written by now
