"""`manage.py simulate relay [--seeds N] [--first S] [--seed S] [--without SAFEGUARD] [--faults KIND,KIND] [--keep]`."""

import argparse
from typing import Final

from tests.bench.figures import PROJECT, Figure, commit, keep, record
from tests.sim.relay import runs
from tests.sim.relay.faults import FAULTS
from tests.sim.relay.safeguards import SAFEGUARDS

SEEDS: Final = 2_000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py simulate", description="Live through what could happen, in virtual time.")
    parser.add_argument("what", choices=["relay"], help="server, bridges, panels and phones, with faults; judged by true light")
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help=f"so many lives ({SEEDS})")
    parser.add_argument("--first", type=int, default=1, metavar="S", help="the first of their seeds (1)")
    parser.add_argument("--seed", type=int, metavar="S", help="this one life, with its trace")
    parser.add_argument(
        "--without",
        choices=sorted(SAFEGUARDS),
        metavar="SAFEGUARD",
        help=f"plant a bug, with the faults that show it: {', '.join(SAFEGUARDS)}",
    )
    parser.add_argument("--faults", metavar="KIND,KIND", help=f"only these: {', '.join(FAULTS)}")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (2)")
    parser.add_argument("--keep", action="store_true", help="keep the figure in docs/results/ and write the README's table anew")
    given = parser.parse_args(arguments)
    faults = tuple(given.faults.split(",")) if given.faults else ()
    if unknown := set(faults) - set(FAULTS):
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    wanted = runs.planted(given.without) if given.without and not faults else runs.Wanted(given.without, faults)
    if given.seed is not None:
        report = runs.one(given.seed, wanted, traced=True)
        print("\n".join(report.trace))
        print(f"seed {given.seed}: {report.broken or 'every rule was kept'}")
        return int(bool(report.broken))
    found = runs.many(
        range(given.first, given.first + given.seeds),
        wanted,
        jobs=given.jobs,
        tell=lambda so_far: print(so_far.said(), flush=True),
    )
    if found.broken:
        print("\n".join(runs.one(found.broken[0].seed, wanted, traced=True).trace))
    print(found.said())
    if given.keep:
        _keep(found, given.first)
    if found.broken:
        print(f"Repeat it: {wanted.again(found.broken[0].seed)}")
    return int(bool(found.broken))


def _keep(found: runs.Found, first: int) -> None:
    details = {
        "first seed": first, "took_s": round(found.took_s, 1), "starts granted": found.starts, "times lit": found.lit,
        "stops heard": found.stops, "faults": dict(sorted(found.faults.items())),
    }  # fmt: skip
    figure = Figure("lives of the relay in virtual time that broke a rule", len(found.broken), 0, "lives", found.lives, details)
    keep(record("simulation", commit(PROJECT), first, [figure]))
