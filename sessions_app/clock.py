"""The time, read once where work begins and handed down. Rules never look at a clock.

A wall clock may be set; a steady one cannot. What must not be late (a ticket, a start) is bounded by both: on the machine that
made it by the steady clock too, and everywhere by the wall clock from both sides, so that a clock that was put back makes it
invalid, never young again.
"""

import functools
import os
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

BACKWARDS_MS: Final = 1_000
"""How far two clocks of one installation may differ, or a clock be slewed, before something of the future is refused."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Moment:
    wall: datetime
    """Aware, UTC. Only ever stored or shown."""
    steady_ms: int
    """Counts suspend, cannot be set; comparable only under the same `clock_id`."""
    clock_id: str

    def after(self, ms: int) -> "Moment":
        """This moment, so many ms later on both clocks."""
        return Moment(self.wall + timedelta(milliseconds=ms), self.steady_ms + ms, self.clock_id)

    def left_ms(self, made_at: datetime, expires_at: datetime, expires_steady_ms: int, clock_id: str) -> int:
        """How many ms are left of something made at `made_at` with that end, never more than it was given.

        0 when it is over or its time cannot be believed.
        """
        if self.wall < made_at - timedelta(milliseconds=BACKWARDS_MS):
            return 0
        left = int((expires_at - max(self.wall, made_at)) / timedelta(milliseconds=1))
        if clock_id == self.clock_id:
            left = min(left, expires_steady_ms - self.steady_ms)
        return max(left, 0)

    def life_left_ms(self, made: "Moment", life_ms: int) -> int:
        """How many ms are left of something that was made at that moment to live so long."""
        end = made.after(life_ms)
        return self.left_ms(made.wall, end.wall, end.steady_ms, made.clock_id)


def now() -> Moment:
    """This moment on the server's clocks."""
    return Moment(datetime.now(UTC), _steady_ns() // 1_000_000, clock_id())


@functools.cache
def clock_id() -> str:
    """One boot of one machine; where the system does not say, one process."""
    if _BOOT_ID.exists():
        return _BOOT_ID.read_text().strip()
    return f"process-{os.getpid()}-{uuid.uuid4().hex[:12]}"


def _steady_ns() -> int:
    """Linux: CLOCK_BOOTTIME. macOS: CLOCK_MONOTONIC, which counts suspend there (Python's own monotonic clock does not)."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME if sys.platform == "linux" else time.CLOCK_MONOTONIC)
