"""Lines that say what set-up is doing, and how long it took."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

CLEAR: Final = "\r\033[K"


@contextmanager
def step(what: str) -> Iterator[Callable[[str], None]]:
    """Print `what`, let the body tell how far it is, and end the line with the seconds it took."""
    live = sys.stderr.isatty()
    started_s = time.monotonic()

    def tell(detail: str) -> None:
        if live:
            print(f"{CLEAR}  {what} … {detail}", end="", file=sys.stderr, flush=True)

    if not live:
        print(f"  {what} …", file=sys.stderr, flush=True)
    tell("")
    try:
        yield tell
    except BaseException:
        if live:
            print(file=sys.stderr, flush=True)
        raise
    print(f"{CLEAR if live else ''}  {what}: {time.monotonic() - started_s:.1f} s", file=sys.stderr, flush=True)
