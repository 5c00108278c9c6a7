"""What came of the checks, and how it is told."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Counts over all stages. Whatever was skipped counts as failed: nothing skips silently."""

    passed: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What could not be run here, and why. It is neither passed nor failed, and told last, where it is read."""

    def add(self, passed: int, failed: int) -> None:
        self.passed += passed
        self.failed += failed

    def leave_out(self, why: str) -> None:
        self.left_out.append(why)
        say(f"NOT RUN {why}")

    @property
    def status(self) -> int:
        return 1 if self.failed or not self.passed else 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Print the stage's name before, and its time and count after."""
        say(f"── {name} " + "─" * (100 - len(name)))
        started_s, before = time.monotonic(), (self.passed, self.failed)
        yield
        passed, failed = self.passed - before[0], self.failed - before[1]
        note = f"{name}: {passed} passed, {failed} failed in {time.monotonic() - started_s:.0f} s"
        self.notes.append(note)
        say(note)

    def tell(self) -> None:
        if len(self.notes) > 1:
            say("\n" + "\n".join(self.notes))
        say(f"{self.passed} passed, {self.failed} failed")
        for why in self.left_out:
            say(f"NOT RUN {why}")


def say(line: str) -> None:
    print(line, flush=True)
