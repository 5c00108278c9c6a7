"""Did the machine stand still? A thread that ought to wake all the time knows.

Most tests wait with patience, and do not mind (`tests/patience.py`). But the product has deadlines of its own: a lamp's dead-man,
the life of a start, the silence after which a panel is not known. Tests of those live in real time, and where the machine stood
still meanwhile, what they saw was the machine. Such a test is done again, with all fixtures made anew, and the report says
so. A test that fails on a machine that did not stand still has failed, and so has one that fails each time.
"""

import contextlib
import threading
import time
from typing import Final, cast

import pytest
from _pytest.runner import runtestprotocol

STILL_S: Final = 1.0
LOOKS_EVERY_S: Final = 0.05
TRIES: Final = 3
PROPERTY: Final = "the machine stood still"


class Watch:
    """The longest time in which this process was not let run."""

    def __init__(self) -> None:
        self._longest_s = 0.0
        self._last_s = time.monotonic()
        threading.Thread(target=self._look, name="stood-still", daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(LOOKS_EVERY_S)
            self._note()

    def _note(self) -> None:
        now_s = time.monotonic()
        self._longest_s = max(self._longest_s, now_s - self._last_s)
        self._last_s = now_s

    def begin(self) -> None:
        self._longest_s, self._last_s = 0.0, time.monotonic()

    def longest_s(self) -> float:
        self._note()
        return self._longest_s


class DoneAgain:
    def __init__(self) -> None:
        self._watch = Watch()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._reports(item, nextitem):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _reports(self, item: pytest.Item, nextitem: pytest.Item | None) -> list[pytest.TestReport]:
        whole_run = cast(pytest.Item, item.session)
        reports: list[pytest.TestReport] = []
        for left in reversed(range(TRIES)):
            self._watch.begin()
            reports = runtestprotocol(item, log=False, nextitem=nextitem or whole_run)
            still_s = self._watch.longest_s()
            failed = [report for report in reports if report.failed]
            if not (failed and left and still_s >= STILL_S):
                break
            words = "; ".join(line for report in failed for line in report.longreprtext.splitlines()[-1:])
            item.user_properties.append((PROPERTY, f"{still_s:.1f} s ({words})"))
            with contextlib.suppress(Exception):  # what could not be put away is made anew all the same
                item.session._setupstate.teardown_exact(whole_run if _has_database(item) else None)
        return reports + ([] if nextitem else _put_away(item))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for reports in terminalreporter.stats.values():
            for report in reports:
                if isinstance(report, pytest.TestReport) and report.when == "call":
                    for words in (value for name, value in report.user_properties if name == PROPERTY):
                        terminalreporter.write_line(f"DONE AGAIN, the machine stood still for {words}: {report.nodeid}")


def _has_database(item: pytest.Item) -> bool:
    """This process has a database of Django's, for the whole run: threads that outlive a test know it."""
    made = item.session._fixturemanager.getfixturedefs("django_db_setup", item)
    return any(one.cached_result is not None for one in made or ())


def _put_away(item: pytest.Item) -> list[pytest.TestReport]:
    """After the last test what the whole run shared ends; a report where that failed."""
    ending = pytest.CallInfo.from_call(lambda: item.session._setupstate.teardown_exact(None), when="teardown")
    return [item.ihook.pytest_runtest_makereport(item=item, call=ending)] if ending.excinfo else []


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(DoneAgain(), "stood-still")
