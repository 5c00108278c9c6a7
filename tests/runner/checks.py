"""Checks that are one command each: they pass or fail as a whole."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nirweb.bootstrap import locks
from nirweb.bootstrap.phone_app import PhoneApp
from tests.runner.outcome import Outcome, say

PROJECT: Final = Path(__file__).resolve().parents[2]
BIN: Final = Path(sys.executable).parent
AT_ONCE: Final = 2


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable[[], tuple[bool, str]]
    """Whether it passed, and what it said."""


def command(name: str, *arguments: str, folder: Path = PROJECT, environment: dict[str, str] | None = None) -> Check:
    def run() -> tuple[bool, str]:
        done = subprocess.run(
            arguments, cwd=folder, env=environment or own_environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.returncode == 0, done.stdout

    return Check(name, run)


def own_environment() -> dict[str, str]:
    """Without what a developer's shell says about another NIRWeb."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")}


def _locks() -> tuple[bool, str]:
    found = locks.problems(PROJECT)
    return not found, "\n".join(found)


def python_checks() -> list[Check]:
    python = sys.executable
    return [
        Check("requirement locks", _locks),
        command("ruff check", str(BIN / "ruff"), "check", "."),
        command("ruff format", str(BIN / "ruff"), "format", "--check", "."),
        command("mypy", str(BIN / "mypy")),
        command("import contracts", str(BIN / "lint-imports")),
        command("migrations", python, "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
        command("API description", python, "manage.py", "openapi", "--check"),
        command("README's table of evidence", python, "manage.py", "evidence_table", "--check"),
        command("settings", python, "manage.py", "check", "--fail-level", "WARNING"),
    ]


def phone_checks(app: PhoneApp) -> list[Check]:
    scripts = {
        "phone's typed client": ["client", "--", "--check"],
        "phone's typed line": ["line", "--", "--check"],
        "phone types": ["types"],
        "phone lint": ["lint"],
        "phone import contracts": ["contracts"],
    }
    return [
        command(name, *app.npm_command("run", "--silent", *script), folder=app.folder, environment=app.node_environment())
        for name, script in scripts.items()
    ]


def run_all(checks: list[Check], outcome: Outcome) -> None:
    """Run the checks, two at a time, and print each as it ends; what a failed one said follows it."""

    def timed(check: Check) -> tuple[Check, bool, str, float]:
        started_s = time.monotonic()
        passed, said = check.run()
        return check, passed, said, time.monotonic() - started_s

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for check, passed, said, took_s in pool.map(timed, checks):
            say(f"{'ok    ' if passed else 'FAILED'} {check.name} ({took_s:.1f} s)")
            if not passed:
                say(said)
            outcome.add(int(passed), int(not passed))
