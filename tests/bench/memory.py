"""Proportional set size of everything `up` runs, but for the virtual panels, which stand for hardware."""

import re
import sys
import time
import urllib.request
from pathlib import Path
from typing import Final

from tests.bench.clone import Clone
from tests.bench.figures import Figure
from tests.running import processes

SETTLE_S: Final = 20
REQUESTS: Final = 200
PARTS: Final = {
    "nirweb.supervisor.web": "web", "nirweb.supervisor.worker": "worker", "ble_bridge run": "bridge", "valkey-server": "store",
    "manage.py up": "up", "/bin/sh -c": "guard", "ble_bridge.virtual": "virtual",
}  # fmt: skip


def measure(clone: Clone, _seed: int) -> list[Figure]:
    if sys.platform != "linux":
        raise SystemExit("The memory benchmark reads /proc: run it on Linux.")
    up = clone.up()
    try:
        up.wait_until_ready(600)
        for path in ["/", "/api/csrf", "/api/instance", "/readyz"] * (REQUESTS // 4):
            urllib.request.urlopen(f"{up.origin}{path}", timeout=5).read()
        time.sleep(SETTLE_S)
        group = up.group()
        rows = [(pid, command) for pid, _, its_group, command in processes() if its_group == group or pid == up.process.pid]
        sizes_mb = {_part(command): pss_mb(pid) for pid, command in rows}
    finally:
        up.stop()
    whole_mb = sum(size for part, size in sizes_mb.items() if part != "virtual")
    details = {"each_mb": sizes_mb, "after": f"{REQUESTS} requests, {SETTLE_S} s idle"}
    return [Figure("memory of the whole stack (proportional set size)", round(whole_mb, 1), 250, "MB", 1, details)]


def _part(command: str) -> str:
    return next((part for words, part in PARTS.items() if words in command), command[:60])


def pss_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found
    return round(int(found[1]) * 1024 / 1e6, 1)
