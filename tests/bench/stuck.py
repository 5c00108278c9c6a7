"""An emergency stop while a request to the panel is stuck: from the phone's tap to the lamp's true darkness."""

import asyncio
import random
import time
from typing import Final

from ble_bridge.virtual.observer import Observer
from nirweb.supervisor.folders import runtime_of
from sessions_app.screening.sites import SITES
from tests.bench.figures import Figure
from tests.bench.ways import guest, linked, start
from tests.e2e_relay.phone import Phone, PhoneLine
from tests.running import Up

RADIO: Final = "demo"
GOAL_MS: Final = 2000
STUCK_FOR_S: Final = (0.05, 1.5)
"""The bridge speaks to the panel each second: some are stuck by then, some are just begun."""


async def measure(up: Up, chance: random.Random) -> Figure:
    lamp = Observer(runtime_of(up.data) / "observer.sock", RADIO)
    taken_ms = []
    async with guest(up.origin) as (phone, panel_id), phone.line() as line:
        for site in sorted(set(SITES) - {"face"}):
            await linked(line, panel_id)
            taken_ms.append(await _once(phone, line, lamp, panel_id, site, chance.uniform(*STUCK_FOR_S)))
    each = [round(one) for one in taken_ms]
    name = "emergency stop while a request is stuck, tap to dark (worst)"
    return Figure(name, round(max(taken_ms), 1), GOAL_MS, "ms", len(taken_ms), {"each_ms": each})


async def _once(phone: Phone, line: PhoneLine, lamp: Observer, panel_id: str, site: str, stuck_s: float) -> float:
    lamp.clear()
    started = await start(phone, panel_id, site)
    await line.hear("panel_state", lambda state: state["run"] == "running")
    await asyncio.sleep(1)
    lamp.fault("mute", on=True)
    try:
        await asyncio.sleep(stuck_s)
        tapped_s = time.monotonic()
        body = {"stop_token": started["stop_token"], "emergency": True}
        assert (await phone.client.post("/api/therapy/stop", json=body)).is_success
        await asyncio.to_thread(lamp.wait_until, lambda state: not any(state["light"].values()), within_s=15)
    finally:
        lamp.fault("mute", on=False)
    (span,) = lamp.spans()
    assert span.off_s is not None
    assert span.off_s > tapped_s, "the stop was not what turned it off"
    await phone.until(f"/api/therapy/sessions/{started['session_id']}", lambda session: session["state"] == "ended", 60)
    return (span.off_s - tapped_s) * 1000
