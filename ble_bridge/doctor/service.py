"""The bridge as a service of systemd: how it is, as whom it runs, and what it may that this user may not [G16, G17, G23]."""

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ble_bridge.doctor.finding import Finding, mind, ok, wrong
from ble_bridge.service.unit import NAME, quoted

UNITS: Final = Path("/etc/systemd/system")
ANSWER_WITHIN_S: Final = 5
ASKED: Final = ("ActiveState", "SubState", "UnitFileState", "Result", "NRestarts", "ExecMainStatus")
LOG: Final = f"journalctl -u {NAME} -e  says why"
ENDED: Final = {
    "watchdog": "it hung, and was killed",
    "signal": "it was killed",
    "core-dump": "it crashed",
    "timeout": "it did not start or end in time",
    "start-limit-hit": "it was started too often",
}
STATUS: Final = {"2": "its settings are wrong", "3": "another bridge has its folder"}
Unit = dict[str, str]


def installed(home: Path) -> Unit:
    """What the unit says, where there is one for this folder."""
    try:
        text = (UNITS / NAME).read_text(encoding="utf-8")
    except OSError:
        return {}
    unit = dict(line.partition("=")[::2] for line in text.splitlines() if not line.startswith("#"))
    return unit if quoted(str(home.absolute())) in unit.get("ReadWritePaths", "") else {}


def checks(unit: Unit, home: Path) -> Iterator[Finding]:
    """Nothing where no service is for this folder: then a bridge is run by `up`, or by hand."""
    if unit:
        yield _state(_asked(), unit.get("User", "root"))
        yield from _foreign(home, unit.get("User", "root"))


def by_its_group(findings: Iterable[Finding], unit: Unit) -> Iterator[Finding]:
    """What is closed to this user alone is not wrong with the service, which is in the group [G23]."""
    for one in findings:
        if one.rule == "G23" and unit.get("SupplementaryGroups"):
            yield mind(
                "G23", f"{one.text}; the bridge's service may, by its group {unit['SupplementaryGroups']}",
                "To look further, run doctor with sudo.",
            )  # fmt: skip
        else:
            yield one


def _asked() -> Unit:
    """Empty where systemd does not answer."""
    program = shutil.which("systemctl")
    if program is None:
        return {}
    command = [program, "show", NAME, *(f"--property={name}" for name in ASKED)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=ANSWER_WITHIN_S)
    except subprocess.TimeoutExpired:
        return {}
    return dict(line.partition("=")[::2] for line in done.stdout.splitlines()) if done.returncode == 0 else {}


def _state(said: Unit, user: str) -> Finding:
    """G16."""
    state, again = said.get("ActiveState"), said.get("NRestarts", "0")
    if not state:
        return mind("G16", f"{NAME} is installed, but systemd does not say how it is", f"systemctl status {NAME}")
    if state == "active":
        return _active(said, user, again)
    start = f"sudo systemctl start {NAME}"
    if said.get("SubState") == "auto-restart":
        return wrong("G16", f"{NAME} ends again and again (restarts: {again}): {_why(said)}", LOG)
    if state == "failed":
        return wrong("G16", f"{NAME} has failed and is not started again: {_why(said)}", f"{LOG}; then: {start}")
    return wrong("G16", f"{NAME} does not run (it is {state})", start)


def _active(said: Unit, user: str, again: str) -> Finding:
    if said.get("UnitFileState") != "enabled":
        return mind("G16", f"{NAME} runs, but does not start with the machine", f"sudo systemctl enable {NAME}")
    if again != "0":
        return mind("G16", f"{NAME} runs, but had to be started again (restarts: {again})", LOG)
    return ok("G16", f"{NAME} runs as {user}, and starts with the machine")


def _why(said: Unit) -> str:
    result, status = said.get("Result", ""), said.get("ExecMainStatus", "")
    if result == "exit-code":
        return STATUS.get(status, f"exit status {status}")
    return ENDED.get(result, result)


def _foreign(home: Path, user: str) -> Iterator[Finding]:
    """G17: root may read all of it, and would find nothing wrong [G11]."""
    for path in [home, *sorted(home.iterdir())]:
        owner = _owner(path)
        if owner != user:
            yield wrong(
                "G17", f"{path} belongs to {owner}, but {NAME} runs as {user}", f"sudo chown -R {user} {home}"
            )  # fmt: skip
            return
    yield ok("G17", f"{home} belongs to {user}, as whom {NAME} runs")


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)
