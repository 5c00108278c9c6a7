"""Database work for the lines, on threads of their own: neither a slow request nor thread-sensitive work can hold a line up."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")
THREADS: Final = 4

_executor = ThreadPoolExecutor(THREADS, thread_name_prefix="lines")


async def in_database(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous `work` on one of the lines' threads and give back what it gives."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_executor, partial(_clean, partial(work, *args, **kwargs)))


def _clean(work: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
