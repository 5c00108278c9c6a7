"""Two ways to a panel: a phone through server and bridge, and bleak alone over the same kind of virtual radio."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from bleak import BleakClient

from ble_bridge.drivers import open_panel_wire as wire
from sessions_app.base import new_id
from tests.ble_bridge.air import find_panel, open_host, virtual_air
from tests.e2e_relay.phone import Phone, PhoneLine

RAMP_S: Final = 6
SESSION_S: Final = 900
WAVELENGTHS_NM: Final = (660, 850)
Levels = tuple[int, int]


class Relayed:
    """A phone in a session, on its live line."""

    def __init__(self, line: PhoneLine, session_id: str) -> None:
        self._line = line
        self._session_id = session_id

    async def change(self, levels: Levels) -> float:
        """Milliseconds until the phone hears the panel's report of these levels."""
        wanted = _by_wavelength(levels)
        begun_s = time.perf_counter()
        await self._line.say(type="levels", session_id=self._session_id, levels_pct=wanted)
        await self._line.hear("panel_state", lambda state: state["levels_pct"] == wanted)
        return (time.perf_counter() - begun_s) * 1000

    async def keep_open(self) -> None:
        """A silent phone's line is closed."""
        await self._line.say(type="ping")


class Bare:
    """A panel held by bleak alone."""

    def __init__(self, client: BleakClient, token: int) -> None:
        self._client, self._token = client, token
        self._sequence = itertools.cycle(range(256))
        self._wanted: Levels = (0, 0)
        self._reported = asyncio.Event()

    async def start(self) -> None:
        await self._client.start_notify(wire.CONTROL_POINT_UUID, lambda _of, _data: None)
        await self._client.start_notify(wire.STATUS_UUID, lambda _of, data: self._hear(bytes(data)))
        await self._write(wire.Start(next(self._sequence), self._token, SESSION_S, 10_000, (50, 50)))

    async def change(self, levels: Levels) -> float:
        """Milliseconds until the panel's notification shows these levels."""
        self._wanted = levels
        self._reported.clear()
        begun_s = time.perf_counter()
        await self._write(wire.SetLevels(next(self._sequence), self._token, levels))
        async with asyncio.timeout(5):
            await self._reported.wait()
        return (time.perf_counter() - begun_s) * 1000

    async def stop(self) -> None:
        await self._write(wire.Stop(next(self._sequence)))

    async def _write(self, command: wire.Command) -> None:
        await self._client.write_gatt_char(wire.CONTROL_POINT_UUID, wire.encode_command(command), response=True)

    def _hear(self, data: bytes) -> None:
        if wire.decode_status(data, len(WAVELENGTHS_NM)).levels_pct == self._wanted:
            self._reported.set()


@asynccontextmanager
async def bare() -> AsyncIterator[Bare]:
    with virtual_air("bare") as air:
        async with (
            open_host(air, "bare") as (_, backends),
            BleakClient(await find_panel(backends), backend=backends.client) as client,
        ):
            made = Bare(client, token=int(time.time()) & 0xFFFFFF)
            await made.start()
            yield made
            await made.stop()


@asynccontextmanager
async def guest(origin: str) -> AsyncIterator[tuple[Phone, str]]:
    """A phone of the demo, and the demo's panel."""
    async with Phone(origin) as phone:
        await phone.ask("post", "/api/demo")
        await phone.answer_health_questions()
        (panel,) = await phone.until("/api/panels", lambda panels: panels and panels[0]["online"], 20)
        yield phone, panel["id"]


@asynccontextmanager
async def relayed(origin: str) -> AsyncIterator[Relayed]:
    async with guest(origin) as (phone, panel_id), phone.line() as line:
        await linked(line, panel_id)
        started = await start(phone, panel_id, "chest")
        await line.hear("panel_state", lambda state: state["run"] == "running")
        await asyncio.sleep(RAMP_S)
        yield Relayed(line, started["session_id"])
        await phone.ask("post", "/api/therapy/stop", {"stop_token": started["stop_token"]})


async def linked(line: PhoneLine, panel_id: str) -> None:
    await line.say(type="watch", panel_id=panel_id, on=True)
    await line.hear("panel_state", lambda state: state["link"] == "connected", within_s=30)


async def start(phone: Phone, panel_id: str, site: str) -> dict[str, Any]:
    plan = {
        "session_id": str(new_id()), "panel_id": panel_id, "sites": [site], "distance_cm": 15.0, "duration_s": SESSION_S,
        "levels_pct": _by_wavelength((100, 100)), "eyewear": True,
    }  # fmt: skip
    verdict = await phone.ask("post", "/api/therapy/check", plan)
    assert verdict["allowed"], verdict["reasons"]
    body = {"plan": plan, "ticket": verdict["ticket"], "person_id": await phone.me(), "eyewear_confirmed": True, "run_no": 1}
    return dict(await phone.ask("post", "/api/therapy/start", body))


def _by_wavelength(levels: Levels) -> dict[str, int]:
    return {str(nm): pct for nm, pct in zip(WAVELENGTHS_NM, levels, strict=True)}
