"""What the way through server and bridge adds: a change of levels from the phone's tap to the panel's own report of it on the
phone, both over its live line as the app does it, against the same write by bare bleak over the same kind of virtual radio. The
two take turns.

The phone is a guest on the demo's panel; bare bleak has a panel in a virtual process of its own.
"""

import asyncio
import itertools
import logging
import os
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from bleak import BleakClient

from ble_bridge.drivers import open_panel_wire as wire
from tests.bench.clone import Clone
from tests.bench.figures import Figure
from tests.running import Up

if TYPE_CHECKING:
    from tests.e2e_relay.phone import Phone, PhoneLine

PAIRS: Final = 300
APART_S: Final = 0.27
"""The server lets a person change levels four times a second."""
RAMP_S: Final = 6
SESSION_S: Final = 900
RANGE_PCT: Final = (10, 100)
"""What the virtual panel can do."""
WAVELENGTHS_NM: Final = (660, 850)
Levels = tuple[int, int]


def measure(clone: Clone, seed: int) -> list[Figure]:
    up = clone.up(fresh=True)
    try:
        up.wait_until_ready(600)
        up.wait_for("The demo is ready", 60)
        relay_ms, bare_ms = asyncio.run(_take_turns(up, random.Random(seed)))
    finally:
        up.stop()
    shares = {name: _shares(values) for name, values in (("relay_ms", relay_ms), ("bare_bleak_ms", bare_ms))}
    added_ms = round(shares["relay_ms"]["p99"] - shares["bare_bleak_ms"]["p99"], 2)
    return [Figure("tap to panel-confirmed change, added to bare bleak (p99)", added_ms, 15, "ms", PAIRS, shares)]


def _shares(values_ms: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values_ms, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p90": round(cuts[89], 2), "p99": round(cuts[98], 2), "max": round(max(values_ms), 2)}


async def _take_turns(up: Up, chance: random.Random) -> tuple[list[float], list[float]]:
    async with _relayed(up) as relayed, _bare() as bare:
        relay_ms: list[float] = []
        bare_ms: list[float] = []
        for _ in range(PAIRS):
            for way, taken_ms in ((relayed, relay_ms), (bare, bare_ms)):
                taken_ms.append(await way.change((chance.randint(*RANGE_PCT), chance.randint(*RANGE_PCT))))
            await relayed.keep_open()
            await asyncio.sleep(APART_S + chance.uniform(0, 0.05))
    return relay_ms, bare_ms


class Relayed:
    """A phone in a session, on its live line."""

    def __init__(self, line: "PhoneLine", session_id: str) -> None:
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
async def _bare() -> AsyncIterator[Bare]:
    from tests.ble_bridge.air import find_panel, open_host, virtual_air

    with virtual_air("bare") as air:
        async with (
            open_host(air, "bare") as (_, backends),
            BleakClient(await find_panel(backends), backend=backends.client) as client,
        ):
            bare = Bare(client, token=int(time.time()) & 0xFFFFFF)
            await bare.start()
            yield bare
            await bare.stop()


@asynccontextmanager
async def _relayed(up: Up) -> AsyncIterator[Relayed]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "nirweb.settings"
    import django

    await asyncio.to_thread(django.setup)  # the phone of the tests borrows ids and the questionnaire from the server's code
    logging.getLogger("httpx").setLevel(logging.WARNING)
    from tests.e2e_relay.phone import Phone

    async with Phone(up.origin) as phone:
        await phone.ask("post", "/api/demo")
        await phone.answer_health_questions()
        (panel,) = await phone.until("/api/panels", lambda panels: panels and panels[0]["online"], 20)
        async with phone.line() as line:
            await line.say(type="watch", panel_id=panel["id"], on=True)
            await line.hear("panel_state", lambda state: state["link"] == "connected")
            started = await _start(phone, panel["id"])
            await line.hear("panel_state", lambda state: state["run"] == "running")
            await asyncio.sleep(RAMP_S)
            yield Relayed(line, started["session_id"])
            await phone.ask("post", "/api/therapy/stop", {"stop_token": started["stop_token"]})


async def _start(phone: "Phone", panel_id: str) -> dict[str, Any]:
    from sessions_app.base import new_id

    plan = {
        "session_id": str(new_id()), "panel_id": panel_id, "sites": ["chest"], "distance_cm": 15.0, "duration_s": SESSION_S,
        "levels_pct": _by_wavelength((100, 100)), "eyewear": True,
    }  # fmt: skip
    verdict = await phone.ask("post", "/api/therapy/check", plan)
    assert verdict["allowed"], verdict["reasons"]
    body = {"plan": plan, "ticket": verdict["ticket"], "person_id": await phone.me(), "eyewear_confirmed": True, "run_no": 1}
    return dict(await phone.ask("post", "/api/therapy/start", body))


def _by_wavelength(levels: Levels) -> dict[str, int]:
    return {str(nm): pct for nm, pct in zip(WAVELENGTHS_NM, levels, strict=True)}
