"""Words on work that takes long; nothing is said of what is done at once."""

import time
from collections.abc import Callable
from typing import Final

SAY_EVERY_S: Final = 2.0
Tell = Callable[[str, int, int], None]
"""What is worked on, how much of it is done, of how much."""


class Progress:
    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._last_s = time.monotonic()

    def __call__(self, what: str, done: int, whole: int) -> None:
        """`done` of `whole`, in whatever is counted."""
        now_s = time.monotonic()
        if now_s - self._last_s >= SAY_EVERY_S and whole:
            self._last_s = now_s
            self._say(f"  {what}: {100 * done // whole} %")
