"""Where no systemd can be started, that is said, and nothing passes for it."""

import pytest

from tests.runner import boot
from tests.runner.outcome import Outcome


def test_services_that_cannot_be_tried_are_neither_passed_nor_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    outcome = Outcome()
    boot.run(outcome, [])
    outcome.add(1, 0)
    outcome.tell()
    assert (outcome.passed, outcome.failed) == (1, 0)
    assert capsys.readouterr().out.splitlines()[-1] == "NOT RUN service: a system of its own is started by root, on Linux"
