"""`manage.py test [--only STAGE] [pytest arguments]`."""

import argparse
from collections.abc import Callable
from typing import Final

from nirweb.bootstrap.machine import CannotSetUp
from nirweb.bootstrap.phone_app import PhoneApp
from tests.runner import boot, chromium, message_bus, suites
from tests.runner import machine as virtual_machine
from tests.runner.checks import PROJECT, phone_checks, python_checks, run_all
from tests.runner.outcome import Outcome, say

BROWSER_TESTS: Final = "tests/e2e"
MACHINE_TESTS: Final = f"{BROWSER_TESTS}/machine"
BRIDGE_TESTS: Final = ("tests/ble_bridge", "tests/e2e_relay", "tests/killing")


def static(outcome: Outcome, _: list[str]) -> None:
    app = PhoneApp(PROJECT)
    app.fetch_packages(development=True)
    run_all([*python_checks(), *phone_checks(app)], outcome)


def python(outcome: Outcome, arguments: list[str]) -> None:
    elsewhere = [f"--ignore={folder}" for folder in (BROWSER_TESTS, boot.FOLDER, *BRIDGE_TESTS)]
    # a file's tests stay together: several share servers that take seconds to start
    suites.pytest(["tests", *elsewhere, "--numprocesses=2", "--dist=loadfile", *arguments], outcome)


def bridge(outcome: Outcome, arguments: list[str]) -> None:
    message_bus.provide()
    # they wait more than they work; those of a file share a bridge
    suites.pytest([*BRIDGE_TESTS, "--numprocesses=4", "--dist=loadfile", *arguments], outcome)


def phone(outcome: Outcome, _: list[str]) -> None:
    app = PhoneApp(PROJECT)
    app.fetch_packages(development=True)
    suites.vitest(app, outcome)


def browser(outcome: Outcome, arguments: list[str]) -> None:
    say(f"browser: {chromium.find_or_install()}")
    PhoneApp(PROJECT).build()
    # two products side by side, each with a browser: they wait more than they work
    suites.pytest([BROWSER_TESTS, f"--ignore={MACHINE_TESTS}", "--numprocesses=2", "--dist=loadfile", *arguments], outcome)


def machine(outcome: Outcome, _: list[str]) -> None:
    virtual_machine.run(outcome, "main")


def machine_faults(outcome: Outcome, _: list[str]) -> None:
    virtual_machine.run(outcome, "faults", "bond", "maker")


def machine_phone(outcome: Outcome, arguments: list[str]) -> None:
    if virtual_machine.provide(outcome) is None:
        return
    say(f"browser: {chromium.find_or_install()}")
    PhoneApp(PROJECT).build()
    suites.pytest([MACHINE_TESTS, "--numprocesses=0", *arguments], outcome)


STAGES: Final[dict[str, Callable[[Outcome, list[str]], None]]] = {
    "static": static,
    "python": python,
    "bridge": bridge,
    "phone": phone,
    "browser": browser,
    "service": boot.run,
    "machine": machine,
}
ON_REQUEST: Final[dict[str, Callable[[Outcome, list[str]], None]]] = {
    "machine-faults": machine_faults,
    "machine-phone": machine_phone,
}
"""Longer than a run of everything may take."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="manage.py test",
        description="Run every check of the project, or one stage. What else is given goes to pytest, which then runs alone.",
    )
    parser.add_argument(
        "--only", choices=[*STAGES, *ON_REQUEST], action="append", help="run this stage alone (may be given again)"
    )
    given, for_pytest = parser.parse_known_args(arguments)
    outcome = Outcome()
    if for_pytest and not given.only:
        suites.pytest(for_pytest, outcome)
    else:
        for name in given.only or STAGES:
            _run_stage(name, outcome, for_pytest)
    outcome.tell()
    return outcome.status


def _run_stage(name: str, outcome: Outcome, arguments: list[str]) -> None:
    with outcome.stage(name):
        try:
            (STAGES | ON_REQUEST)[name](outcome, arguments)
        except CannotSetUp as problem:
            say(f"FAILED {problem}")
            outcome.add(0, 1)
