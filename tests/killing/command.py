"""`manage.py kill-run [--times N] [--seed S] [--keep]`."""

import argparse
import logging
import os
import random
import secrets
from typing import Final

TIMES: Final = 200


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="manage.py kill-run",
        description="Kill -9 bridge, server, worker and Valkey at random moments of real sessions; the lamp's true light judges.",
    )
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--keep", action="store_true", help="keep the figures in docs/results/ and write the README's table anew")
    given = parser.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "nirweb.settings"
    import django

    django.setup()  # the phone of the tests borrows ids and the questionnaire from the server's code
    logging.getLogger("httpx").setLevel(logging.WARNING)
    from tests.bench.figures import PROJECT, commit, keep, record
    from tests.killing.plan import rounds
    from tests.killing.tally import figures, run

    print(f"{given.times} kills, seed {given.seed}", flush=True)
    measured = commit(PROJECT)
    tally = run(rounds(given.times, random.Random(given.seed)))
    found = figures(tally)
    for figure in found:
        print(f"{figure.name}: {figure.value:g} {figure.unit} (goal ≤ {figure.goal:g}): {'met' if figure.met else 'MISSED'}")
        print(f"    {figure.details}")
    for wrong in tally.wrong:
        print(f"WRONG {wrong}")
    if not tally.did_something:
        print(f"It proves nothing: {tally.lit} of {tally.kills.total()} sessions were lit, killed were {dict(tally.kills)}")
    if given.keep:
        keep(record("kill-run", measured, given.seed, found))
    return 0 if tally.did_something and not tally.wrong else 1
