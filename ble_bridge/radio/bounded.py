"""A deadline that holds also where the work does not end when it is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")
TIDYING_S: Final = 1.0
"""What is cancelled may tidy up for so long."""
_left: set[asyncio.Task[Any]] = set()


async def bounded(work: Coroutine[Any, Any, T], within_s: float) -> T:
    """Raises TimeoutError.

    bleak's connect, once cancelled, asks bluetoothd to disconnect and waits without end for the answer [Z7]. Such work is left
    to itself.
    """
    task = asyncio.get_running_loop().create_task(work)
    try:
        await asyncio.wait({task}, timeout=within_s)
    finally:
        if not task.done():
            await _give_up(task)
    if task.cancelled() or not task.done():
        raise TimeoutError(f"not within {within_s} s")
    return task.result()


async def _give_up(task: asyncio.Task[Any]) -> None:
    _left.add(task)
    task.add_done_callback(_forget)
    task.cancel()
    await asyncio.wait({task}, timeout=TIDYING_S)


def _forget(task: asyncio.Task[Any]) -> None:
    _left.discard(task)
    if not task.cancelled():
        task.exception()  # nobody waits for it any more
