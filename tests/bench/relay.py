"""What the way through server and bridge costs.

A change of levels from the phone's tap to the panel's own report of it on the phone, both over its live line as the app does it,
against the same write by bare bleak over the same kind of virtual radio; the two take turns. The other bridges, of 1, 10 and 100,
have their lines open and each tell of a session. Then a thousand are open and idle: what one takes of the web process's
memory, and how long it waits for the grant of a start. At last an emergency stop while a request to the panel is stuck.

The phone is a guest on the demo's panel; bare bleak has a panel in a virtual process of its own.
"""

import asyncio
import logging
import os
import random
import re
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nirweb.supervisor.folders import runtime_of
from tests.bench.clone import Clone
from tests.bench.figures import Figure
from tests.running import Up

if TYPE_CHECKING:
    from tests.bench.crowd import Enrolled
    from tests.bench.ways import Bare, Relayed

BRIDGES: Final = (1, 10, 100)
PAIRS: Final = 200
APART_S: Final = 0.27
"""The server lets a person change levels four times a second."""
RANGE_PCT: Final = (10, 100)
"""What the virtual panel can do."""
IDLE: Final = 1000
WARM: Final = 20
"""Lines opened and closed before memory is first read: what is loaded once is no cost of a line."""
SETTLE_S: Final = 10.0
GRANTS: Final = 500
GRANTS_APART_S: Final = 0.02


def measure(clone: Clone, seed: int) -> list[Figure]:
    up = clone.up(fresh=True)
    try:
        up.wait_until_ready(600)
        up.wait_for("The demo is ready", 60)
        _set_up_django(up)
        return asyncio.run(_all(up, random.Random(seed)))
    finally:
        up.stop()


def _set_up_django(up: Up) -> None:
    """This process writes into the database that the server has, and rings by its store."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "nirweb.settings",
        "NIRWEB_DATA": str(up.data),
        "NIRWEB_ORIGIN": up.origin,
        "NIRWEB_REDIS_URL": f"unix://{runtime_of(up.data) / 'valkey.sock'}",
    }
    import django

    django.setup()
    for name in ("httpx", "sessions_app"):
        logging.getLogger(name).setLevel(logging.WARNING)


async def _all(up: Up, chance: random.Random) -> list[Figure]:
    from tests.bench import crowd, stuck

    enrolled = await asyncio.to_thread(crowd.enrol, IDLE)
    figures = await _ways(up, enrolled, chance)
    print(f"    {IDLE} idle bridges …", flush=True)
    figures += await _idle(up, enrolled, chance)
    print("    emergency stops …", flush=True)
    return [*figures, await stuck.measure(up, chance)]


# ── Tap to confirmed ─────────────────────────────────────────────────────────────────────────────────────────────────
async def _ways(up: Up, enrolled: list["Enrolled"], chance: random.Random) -> list[Figure]:
    from tests.bench import crowd, ways

    figures = []
    async with ways.relayed(up.origin) as relayed, ways.bare() as bare:
        for bridges in BRIDGES:
            print(f"    {bridges} bridges …", flush=True)
            async with crowd.busy(up.origin, enrolled[: bridges - 1]):
                figures.append(await _take_turns(relayed, bare, bridges, chance))
    return figures


async def _take_turns(relayed: "Relayed", bare: "Bare", bridges: int, chance: random.Random) -> Figure:
    relay_ms: list[float] = []
    bare_ms: list[float] = []
    for _ in range(PAIRS):
        for way, taken_ms in ((relayed, relay_ms), (bare, bare_ms)):
            taken_ms.append(await way.change((chance.randint(*RANGE_PCT), chance.randint(*RANGE_PCT))))
        await relayed.keep_open()
        await asyncio.sleep(APART_S + chance.uniform(0, 0.05))
    shares = {"relay_ms": _shares(relay_ms), "bare_bleak_ms": _shares(bare_ms)}
    ratios = {f"{at}_ratio": round(shares["relay_ms"][at] / shares["bare_bleak_ms"][at], 2) for at in ("p50", "p99")}
    added_ms = round(shares["relay_ms"]["p99"] - shares["bare_bleak_ms"]["p99"], 2)
    name = f"tap to panel-confirmed change, added to bare bleak (p99), {bridges} bridge{'s' if bridges > 1 else ''}"
    return Figure(name, added_ms, 15, "ms", PAIRS, {**shares, **ratios})


def _shares(values_ms: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values_ms, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p90": round(cuts[89], 2), "p99": round(cuts[98], 2), "max": round(max(values_ms), 2)}


# ── A thousand idle bridges ──────────────────────────────────────────────────────────────────────────────────────────
async def _idle(up: Up, enrolled: list["Enrolled"], chance: random.Random) -> list[Figure]:
    from tests.bench import crowd

    web = up.part("nirweb.supervisor.web")
    async with crowd.lines(up.origin, enrolled[:WARM]):
        await asyncio.sleep(SETTLE_S)
    before_kb = _pss_kb(web)
    async with crowd.lines(up.origin, enrolled) as lines:
        await asyncio.sleep(SETTLE_S)
        each_kb = (_pss_kb(web) - before_kb) / IDLE
        whole_ms: list[float] = []
        claim_ms: list[float] = []
        for _ in range(GRANTS):
            whole, claim = await chance.choice(lines).granted()
            whole_ms.append(whole)
            claim_ms.append(claim)
            await asyncio.sleep(GRANTS_APART_S)
    shares = {"claim_ms": _shares(claim_ms), "order_to_grant_ms": _shares(whole_ms)}
    return [
        Figure(f"claim to grant of a start, {IDLE} bridges (p99)", shares["claim_ms"]["p99"], 10, "ms", GRANTS, shares),
        Figure(f"memory of an idle bridge's line, of {IDLE}", round(each_kb, 1), 30, "KB", IDLE, {"web_before_kb": before_kb}),
    ]


def _pss_kb(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return int(found[1]) * 1.024
