"""`manage.py bench [NAME…] [--seed N] [--json FILE] [--keep]`."""

import argparse
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.bench import app_bytes, backup, memory, phone, relay, reminders, setup
from tests.bench.clone import Clone
from tests.bench.figures import Figure, keep, record

BENCHMARKS: Final[dict[str, Callable[[Clone, int], list[Figure]]]] = {
    "setup": setup.measure,
    "backup": backup.measure,
    "memory": memory.measure,
    "app-bytes": app_bytes.measure,
    "offline-start": phone.offline_start,
    "lighthouse": phone.lighthouse,
    "relay": relay.measure,
    "reminders": reminders.measure,
}
GROUPS: Final = {"phone": ("app-bytes", "offline-start", "lighthouse", "reminders", "backup")}
"""One name for several: `bench phone` is all that a phone's user would notice."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py bench", description="Measure the figures that the README reports.")
    names = [*BENCHMARKS, *GROUPS]
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *names], help=f"{', '.join(names)} (all)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31), help="of what is drawn by chance")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--keep", action="store_true", help="keep them in docs/results/ and write the README's table anew")
    given = parser.parse_args(arguments)
    clone = Clone()
    try:
        found = [_run(name, clone, given.seed, kept=given.keep) for name in _meant(given.names)]
    finally:
        clone.remove()
    if given.json:
        given.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _meant(names: list[str]) -> list[str]:
    """Each benchmark once, groups taken apart."""
    every = [one for name in names or BENCHMARKS for one in GROUPS.get(name, (name,))]
    return [name for name in dict.fromkeys(every) if name in BENCHMARKS]


def _run(name: str, clone: Clone, seed: int, *, kept: bool) -> dict[str, object]:
    print(f"── {name} (seed {seed})", flush=True)
    figures = BENCHMARKS[name](clone, seed)
    for figure in figures:
        verdict = "goal met" if figure.met else "GOAL MISSED"
        print(f"{figure.name}: {figure.value:g} {figure.unit} (goal ≤ {figure.goal:g}, n = {figure.count}): {verdict}")
        for key, value in figure.details.items():
            print(f"    {key}: {value}")
    found = record(name, clone.commit, seed, figures)
    if kept:
        keep(found)
    return found
