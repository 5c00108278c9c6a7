"""`doctor`: every check, told for a person or as JSON."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ble_bridge.commands.command import CommandError, say
from ble_bridge.doctor import bluetooth, folder, letting_in, server, service
from ble_bridge.doctor.bluetooth import Places
from ble_bridge.doctor.finding import Finding, guarded

OF_A_CLONE: Final = Path("data/bridge")
MARKS: Final = {"ok": "ok   ", "mind": "mind ", "wrong": "WRONG"}


def doctor(given: argparse.Namespace) -> int:
    """Exit status 1 when something is wrong."""
    homes: list[Path] = given.home or ([OF_A_CLONE] if (OF_A_CLONE / "bridge.toml").exists() else [])
    for home in homes:
        if not home.is_dir():
            raise CommandError(f"{home} is no folder: write the bridge's own, in which its bridge.toml lies")
    found = {str(home): list(of_home(home, Places())) for home in homes}
    if not homes:
        found["this machine"] = list(guarded("G20", lambda: bluetooth.system(Places())))
    _say_json(found) if given.json else _say(found, told=bool(homes))
    return int(any(one.verdict == "wrong" for findings in found.values() for one in findings))


def of_home(home: Path, places: Places) -> Iterator[Finding]:
    """Every check of one home. Nothing is changed [G2]."""
    yield from guarded("G11", lambda: folder.usable(home))
    read, finding = folder.settings(home)
    yield finding
    yield from guarded("G13", lambda: folder.journal(home))
    yield from guarded("G14", lambda: folder.others(home))
    yield from guarded("G15", lambda: folder.profiles(home))
    unit = service.installed(home)
    yield from guarded("G16", lambda: service.checks(unit, home))
    if read is None:
        yield from guarded("G20", lambda: bluetooth.system(places))
        return
    yield from service.by_its_group(guarded("G20", lambda: bluetooth.radios(read.radios, places)), unit)
    at = server.Server(read, home)
    yield from guarded("G31", lambda: server.checks(at))
    yield from guarded("G42", lambda: _let_in(at))


def _let_in(at: server.Server) -> Iterator[Finding]:
    found, findings = letting_in.tokens(at.folder)
    yield from findings
    if found is not None and at.reached:
        yield from letting_in.let_in(found, at.home.server, at.tls)


def _say(found: dict[str, list[Finding]], *, told: bool) -> None:
    for where, findings in found.items():
        say(where)
        for one in findings:
            say(f"  {MARKS[one.verdict]} {one.rule}  {one.text}")
            if one.mend:
                say(f"             {one.mend}")
    every = [one.verdict for findings in found.values() for one in findings]
    say(f"{every.count('wrong')} wrong, {every.count('mind')} to mind, {every.count('ok')} ok")
    if not told:
        say("Server, token and journal belong to a bridge's folder: name it with  --home DIR")


def _say_json(found: dict[str, list[Finding]]) -> None:
    homes = [
        {
            "home": where,
            "findings": [{"rule": one.rule, "verdict": one.verdict, "text": one.text, "mend": one.mend} for one in findings],
        }
        for where, findings in found.items()
    ]
    wrong = sum(one.verdict == "wrong" for findings in found.values() for one in findings)
    say(json.dumps({"wrong": wrong, "homes": homes}, ensure_ascii=False, indent=2))
