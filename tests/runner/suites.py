"""Suites that count their own tests: pytest and Vitest. Their output is printed as it comes."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from nirweb.bootstrap.phone_app import PhoneApp
from tests.runner.checks import PROJECT, own_environment
from tests.runner.outcome import Outcome, say

NO_TESTS: Final = 5
"""pytest's exit status when it found none."""


def pytest(arguments: list[str], outcome: Outcome, **environment: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-o", "junit_family=xunit1", f"--junitxml={report}", *arguments],
            cwd=PROJECT, env={**own_environment(), **environment}, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        passed, failed, skipped = _count(report)
    if skipped:
        say(f"{skipped} skipped: they count as failed, because nothing may skip silently")
    if done.returncode and not failed and not skipped:
        say("no test was found" if done.returncode == NO_TESTS else f"pytest ended with status {done.returncode}")
        failed = 1
    outcome.add(passed, failed + skipped)


def _count(report: Path) -> tuple[int, int, int]:
    """Passed, failed (errors too), skipped."""
    if not report.exists():
        return 0, 0, 0
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 - pytest wrote it just now
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped


def vitest(app: PhoneApp, outcome: Outcome) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        script = app.npm_command(
            "run", "--silent", "test", "--", "--reporter=default", "--reporter=json", f"--outputFile={report}"
        )
        done = subprocess.run(
            script, cwd=app.folder, env={**app.node_environment(), "CI": os.environ.get("CI", "true")},
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        counts = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    passed = int(counts.get("numPassedTests", 0))
    failed = int(counts.get("numTotalTests", 0)) - passed  # skipped ones too
    outcome.add(passed, failed or int(done.returncode != 0))
