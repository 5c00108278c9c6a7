"""Time that never jumps and counts suspend: what lives of commands are measured on [B11]."""

import time
from pathlib import Path
from typing import Final

# Darwin's CLOCK_MONOTONIC goes on in sleep, as Linux's CLOCK_BOOTTIME does; Linux's CLOCK_MONOTONIC does not.
_CLOCK: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def now_ms() -> int:
    """Milliseconds since some moment of this boot."""
    return time.monotonic_ns() // 1_000_000 if _CLOCK is None else time.clock_gettime_ns(_CLOCK) // 1_000_000


def boot_id() -> str:
    """Names this boot: times of another mean nothing. Where the system has no name for it, the time of boot to ten seconds."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return str(round((time.time() - now_ms() / 1000) / 10))
