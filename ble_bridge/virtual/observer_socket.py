"""Serves the observer: JSON lines over a unix socket, one request and one answer a line, or a stream of states.

Request `{"id", "op", "radio", …}`; answer `{"id", "ok": true, "result"}` or `{"id", "ok": false, "error"}`. After `watch` the
line carries `{"state": …}` on each change and five times a second, until the client hangs up.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from ble_bridge.virtual.station import Station

WATCH_EVERY_S: Final = 0.2
_LINE_BYTES: Final = 64 * 1024
_log = logging.getLogger(__name__)

Operation = Callable[[Station, dict[str, Any]], Awaitable[Any]]


class RequestError(ValueError):
    """A request that cannot be served; the text goes back to who asked."""


async def _state(station: Station, _request: dict[str, Any]) -> Any:
    return station.state()


async def _history(station: Station, _request: dict[str, Any]) -> Any:
    return [asdict(light) for light in station.history()]


async def _fault(station: Station, request: dict[str, Any]) -> None:
    on = request.get("on")
    if not isinstance(on, bool):
        raise RequestError("on must be true or false")
    try:
        await station.fault(str(request.get("name")), on)
    except ValueError as error:
        raise RequestError(str(error)) from error


async def _button(station: Station, request: dict[str, Any]) -> None:
    try:
        station.button(float(request.get("held_s", 0.0)))
    except (TypeError, ValueError) as error:
        raise RequestError("held_s must be seconds") from error


async def _type(station: Station, request: dict[str, Any]) -> None:
    try:
        station.type(str(request.get("digits")))
    except ValueError as error:
        raise RequestError(str(error)) from error


async def _walk_away(station: Station, _request: dict[str, Any]) -> None:
    station.walk_away()


async def _come_back(station: Station, _request: dict[str, Any]) -> None:
    station.come_back()


async def _power_cycle(station: Station, _request: dict[str, Any]) -> None:
    station.power_cycle()


async def _guest(station: Station, request: dict[str, Any]) -> None:
    try:
        await station.guest(str(request.get("make")), on=bool(request.get("on")))
    except ValueError as error:
        raise RequestError(str(error)) from error


async def _rssi(station: Station, request: dict[str, Any]) -> None:
    try:
        station.rssi(int(request.get("bridge", 0)), int(request.get("dbm", 0)))
    except (TypeError, ValueError) as error:
        raise RequestError(str(error)) from error


async def _forget_tokens(station: Station, _request: dict[str, Any]) -> None:
    station.forget_tokens()


async def _forget_bonds(station: Station, _request: dict[str, Any]) -> None:
    try:
        await station.forget_bonds()
    except ValueError as error:
        raise RequestError(str(error)) from error


async def _clear(station: Station, _request: dict[str, Any]) -> None:
    await station.clear()


OPERATIONS: Final[Mapping[str, Operation]] = {
    "state": _state,
    "history": _history,
    "fault": _fault,
    "button": _button,
    "type": _type,
    "walk_away": _walk_away,
    "come_back": _come_back,
    "power_cycle": _power_cycle,
    "forget_tokens": _forget_tokens,
    "forget_bonds": _forget_bonds,
    "guest": _guest,
    "rssi": _rssi,
    "clear": _clear,
}


class ObserverSocket:
    def __init__(self, stations: Mapping[str, Station], path: Path) -> None:
        self._stations = stations
        self._path = path
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=_LINE_BYTES)
        self._path.chmod(0o600)

    async def close(self) -> None:
        if self._server:
            self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._lines.add(task)
            task.add_done_callback(self._lines.discard)
        try:
            while line := await reader.readline():
                await self._answer(line, reader, writer)
        except (ConnectionError, ValueError, asyncio.CancelledError) as error:
            _log.debug("observer line ended: %r", error)
        finally:
            writer.close()

    async def _answer(self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request_id: Any = None
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise RequestError("a request is an object")
            request_id = request.get("id")
            station = self._station(request)
            if request.get("op") == "watch":
                await _send(writer, {"id": request_id, "ok": True, "result": None})
                await self._watch(station, reader, writer)
                return
            result = await self._operation(request)(station, request)
        except (RequestError, json.JSONDecodeError) as error:
            await _send(writer, {"id": request_id, "ok": False, "error": str(error)})
        else:
            await _send(writer, {"id": request_id, "ok": True, "result": result})

    def _station(self, request: dict[str, Any]) -> Station:
        station = self._stations.get(str(request.get("radio")))
        if station is None:
            raise RequestError(f"there is no radio {request.get('radio')!r}")
        return station

    @staticmethod
    def _operation(request: dict[str, Any]) -> Operation:
        operation = OPERATIONS.get(str(request.get("op")))
        if operation is None:
            raise RequestError(f"there is no operation {request.get('op')!r}")
        return operation

    @staticmethod
    async def _watch(station: Station, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with station.panel.watchers.changes() as changed:
            while not reader.at_eof():
                changed.clear()
                await _send(writer, {"state": station.state()})
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), WATCH_EVERY_S)


async def _send(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    writer.write(json.dumps(message).encode() + b"\n")
    await writer.drain()
