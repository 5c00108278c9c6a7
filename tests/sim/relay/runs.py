"""Many lives, on several cores, and what was found in them."""

import contextlib
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from ble_bridge.profiles.profile import shipped
from tests.sim.relay import seams
from tests.sim.relay.life import Given, Report, live
from tests.sim.relay.safeguards import SAFEGUARDS

AT_ONCE: Final = 50
"""Lives that a process is given at a time."""
TELL_EVERY: Final = 5_000
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - where the system has one: nothing here waits for a disk
SHOWN: Final = 20


@dataclass
class Found:
    lives: int = 0
    starts: int = 0
    lit: int = 0
    stops: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    broken: list[Report] = field(default_factory=list)
    took_s: float = 0.0

    def add(self, report: Report) -> None:
        self.lives += 1
        self.starts, self.lit, self.stops = self.starts + report.starts, self.lit + report.lit, self.stops + report.stops
        self.faults += report.faults
        if report.broken:
            self.broken.append(report)

    def said(self) -> str:
        did = f"{self.starts} starts granted, lit {self.lit} times, {self.stops} stops heard"
        wrong = f"{sum(self.faults.values())} faults of {len(self.faults)} kinds"
        lines = [f"{self.lives} lives in {self.took_s:.1f} s: {did}, {wrong}, {len(self.broken)} broken"]
        lines += [f"  seed {one.seed}: {one.broken}" for one in self.broken[:SHOWN]]
        return "\n".join(lines)


@dataclass(frozen=True)
class Wanted:
    """Which lives: without which safeguard, with which kinds of faults."""

    without: str | None = None
    faults: tuple[str, ...] = ()

    def again(self, seed: int) -> str:
        """The shortest command line that lives that life again."""
        words = ["python3 manage.py simulate relay", f"--seed {seed}"]
        words += [f"--faults {','.join(self.faults)}"] if self.faults else []
        words += [f"--without '{self.without}'"] if self.without else []
        return " ".join(words)


def planted(safeguard: str) -> Wanted:
    """Lives without it, with the faults that it is there for."""
    return Wanted(safeguard, SAFEGUARDS[safeguard].faults)


def one(seed: int, wanted: Wanted | None = None, *, traced: bool = False) -> Report:
    (report,) = in_turn([seed], wanted or Wanted(), traced=traced)
    return report


def many(
    seeds: Sequence[int],
    wanted: Wanted | None = None,
    *,
    jobs: int = 2,
    until_broken: bool = False,
    tell: Callable[[Found], None] = lambda _found: None,
) -> Found:
    """All of them, or only until the first is broken. In the order of the seeds, however many processes work on them.

    `tell` hears how it stands every `TELL_EVERY` lives.
    """
    began_s, found = time.monotonic(), Found()
    size = 1 if until_broken else AT_ONCE
    portions = [seeds[n : n + size] for n in range(0, len(seeds), size)]
    for report in _reports(portions, wanted or Wanted(), jobs):
        found.add(report)
        if report.broken and until_broken:
            break
        if found.lives % TELL_EVERY == 0:
            found.took_s = time.monotonic() - began_s
            tell(found)
    found.took_s = time.monotonic() - began_s
    return found


def _reports(portions: Sequence[Sequence[int]], wanted: Wanted, jobs: int) -> Iterator[Report]:
    work = partial(in_turn, wanted=wanted)
    if jobs == 1:
        for portion in portions:
            yield from work(portion)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for reports in pool.imap(work, portions):
            yield from reports


def in_turn(seeds: Sequence[int], wanted: Wanted, *, traced: bool = False) -> list[Report]:
    """These lives, one after another in this process."""
    profiles = shipped()
    with contextlib.ExitStack() as stack:
        stack.enter_context(seams.open_seams(traced=traced))
        if wanted.without is not None:
            stack.enter_context(SAFEGUARDS[wanted.without].plant())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="relay-", dir=MEMORY if MEMORY.is_dir() else None)))
        reports = []
        for seed in seeds:
            (folder / str(seed)).mkdir()
            reports.append(live(seed, folder / str(seed), profiles, Given(wanted.faults, traced)))
        return reports
