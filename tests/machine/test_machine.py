"""Where the virtual machine cannot be, that is said, and nothing passes for it."""

import pytest

from tests.machine import boot, image
from tests.machine.image import NotHere
from tests.runner import machine
from tests.runner.outcome import Outcome


def test_what_cannot_be_run_is_neither_passed_nor_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    outcome = Outcome()
    machine.run(outcome, "main")
    outcome.add(1, 0)
    outcome.tell()
    assert (outcome.passed, outcome.failed) == (1, 0)
    assert capsys.readouterr().out.splitlines()[-1].startswith("NOT RUN machine: ")


def test_another_python_than_the_guests_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "debian", "VERSION_CODENAME": "bookworm"})
    monkeypatch.setattr("sys.version_info", (3, 12, 0))
    with pytest.raises(NotHere, match="Python"):
        image._release()


def test_a_guest_that_tells_nothing_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.machine.boot._command", lambda *_: ["true"])
    (step,) = boot.run(image.Image(boot.PROJECT), "main")
    assert not step["passed"]
