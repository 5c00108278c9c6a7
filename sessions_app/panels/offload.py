"""Database work for the lines, on threads of their own: neither a slow request nor thread-sensitive work can hold a line up."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
THREADS: Final = 4
MOST_AT_ONCE: Final = 256

_executor = ThreadPoolExecutor(THREADS, thread_name_prefix="lines")


async def in_database(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous `work` on one of the lines' threads and give back what it gives."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_executor, partial(_clean, partial(work, *args, **kwargs)))


def in_few_sizes(ids: Iterable[T]) -> Iterator[list[T]]:
    """The ids in lists of 1, 2, 4 … 256, the last one filled up with its own: so a query has few texts.

    A database driver keeps the newest hundred statements prepared for each connection. With a list of another length each
    time they cost 80 KB for each of a thousand idle lines.
    """
    left = list(ids)
    while left:
        chunk, left = left[:MOST_AT_ONCE], left[MOST_AT_ONCE:]
        size = 1 << (len(chunk) - 1).bit_length()
        yield chunk + [chunk[-1]] * (size - len(chunk))


def _clean(work: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
