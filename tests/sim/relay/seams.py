"""Where the bridge's code meets the real world: clocks, chance, sockets, disk. In the simulation those are the running world's.

Opened once for a whole run of seeds; `World.running` says whose clock is asked for.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock
from uuid import UUID

import structlog

from ble_bridge import claims, clock, home, journal, link, panel
from tests.sim.relay.network import connect
from tests.sim.relay.world import Process, World

YEAR: Final = datetime(2026, 1, 1, tzinfo=UTC)


class _Current:
    world: World | None = None


def enter(world: World) -> None:
    _Current.world = world


def process() -> Process:
    assert _Current.world is not None
    assert _Current.world.running is not None, "only a process asks for its clock"
    return _Current.world.running


def wall(of: Process) -> datetime:
    return YEAR + timedelta(seconds=of.world.now_s + of.machine.wall_ahead_s)


class _Time:
    """`ble_bridge.clock.time`."""

    CLOCK_BOOTTIME = 7

    @staticmethod
    def clock_gettime_ns(_clock: int) -> int:
        of = process()
        return round(of.machine.steady_s(of.world.now_s) * 1e9)


class _Datetime(datetime):
    """`ble_bridge.panel.datetime`."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return wall(process()).astimezone(tz)


def _boot_id() -> str:
    return process().machine.boot_id


def _new_id() -> UUID:
    return UUID(int=process().world.dice.getrandbits(128), version=4)


def _uniform(least: float, most: float) -> float:
    return process().world.some(least, most)


def _open(path: Path, **options: Any) -> sqlite3.Connection:
    """The journal's file lies in memory: it is kept when its process is killed, not when the life is over."""
    path.touch()
    opened: sqlite3.Connection = sqlite3.connect(f"file:{path}?vfs=memdb", uri=True, **options)
    return opened


def _log(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    of = _Current.world.running if _Current.world else None
    if of is not None and of.alive:
        words = [f"{key}={value}" for key, value in sorted(event.items()) if key not in ("event", "level")]
        of.world.note(of.name, "·", event["event"], *words)
    raise structlog.DropEvent


@contextlib.contextmanager
def open_seams(*, traced: bool) -> Iterator[None]:
    """The product's modules see the world's clocks and chance until this is closed. Not for two threads at once."""
    before = structlog.get_config()
    level = 10 if traced else 50
    structlog.configure(
        processors=[_log], wrapper_class=structlog.make_filtering_bound_logger(level), cache_logger_on_first_use=False
    )
    with contextlib.ExitStack() as stack:
        for patched in (
            mock.patch.object(clock, "time", _Time),
            mock.patch.object(clock, "_CLOCK", _Time.CLOCK_BOOTTIME),
            mock.patch.object(home, "boot_id", _boot_id),
            mock.patch.object(panel, "datetime", _Datetime),
            mock.patch.object(claims, "uuid4", _new_id),
            mock.patch.object(journal, "uuid4", _new_id),
            mock.patch.object(journal, "sqlite3", SimpleNamespace(connect=_open, DatabaseError=sqlite3.DatabaseError)),
            mock.patch.object(link, "random", SimpleNamespace(uniform=_uniform)),
            mock.patch.object(link, "connect", connect),
        ):
            stack.enter_context(patched)
        try:
            yield
        finally:
            structlog.configure(**before)
