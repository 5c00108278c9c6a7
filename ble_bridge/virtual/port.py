"""The bridge's side of a radio as a unix socket that speaks HCI, so that killing the bridge kills neither radio nor panel."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Final

from bumble.core import InvalidPacketError
from bumble.transport.common import PacketParser

from ble_bridge.virtual.radio import RadioController

MAX_SOCKET_PATH_BYTES: Final = 100
_log = logging.getLogger(__name__)


class SocketPathError(ValueError):
    """The folder's name is too long for a unix socket; the text says so to a person."""


def socket_path(folder: Path, name: str) -> Path:
    path = folder / name
    if len(os.fsencode(path)) > MAX_SOCKET_PATH_BYTES:
        raise SocketPathError(f"{path} is too long for a socket ({MAX_SOCKET_PATH_BYTES} bytes): choose a shorter folder")
    return path


class HciPort:
    """One host at a time. A new one takes the controller over and resets it, as it does with a real one."""

    def __init__(self, controller: RadioController, path: Path) -> None:
        self._controller = controller
        self.path = path
        self._line: _Line | None = None
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.get_running_loop().create_unix_server(lambda: _Line(self), self.path)
        self.path.chmod(0o600)

    def close(self) -> None:
        if self._server:
            self._server.close()
        if self._line:
            self._line.hang_up()
        self.path.unlink(missing_ok=True)

    def take(self, line: "_Line") -> None:
        if self._line:
            _log.info("%s: a new host takes over", self.path.name)
            self._line.hang_up()
        self._controller.leave_host()
        self._line = line
        self._controller.host = line

    def release(self, line: "_Line") -> None:
        if self._line is line:
            self._line = None
            self._controller.leave_host()

    def received(self, line: "_Line", packet: bytes) -> None:
        if self._line is line:
            self._controller.on_packet(packet)


class _Line(asyncio.Protocol):
    """One connected host. Bytes that are no HCI end it."""

    def __init__(self, port: HciPort) -> None:
        self._port = port
        self._parser = PacketParser(_Inward(port, self))
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a stream server makes no other
        self._transport = transport
        self._port.take(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except InvalidPacketError:
            self.hang_up()

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None
        self._port.release(self)

    def on_packet(self, packet: bytes) -> None:
        """From the controller to the host."""
        if self._transport and not self._transport.is_closing():
            self._transport.write(packet)

    def hang_up(self) -> None:
        if self._transport:
            self._transport.abort()


class _Inward:
    """From the host to the controller."""

    def __init__(self, port: HciPort, line: _Line) -> None:
        self._port, self._line = port, line

    def on_packet(self, packet: bytes) -> None:
        self._port.received(self._line, packet)
