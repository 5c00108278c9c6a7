"""A bridge's folder that is well, to be spoiled by the test."""

import json
import time
from pathlib import Path

import pytest

from ble_bridge.doctor.bluetooth import Places
from ble_bridge.doctor.command import of_home
from ble_bridge.doctor.finding import Finding
from ble_bridge.journal import Journal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    write(folder, "http://127.0.0.1:1")
    return folder


def write(folder: Path, server: str, *more: str, radios: str = "[]") -> None:
    text = "\n".join([f'server = "{server}"', 'name = "Bridge of the test"', f"radios = {radios}", *more])
    (folder / "bridge.toml").write_text(text)


def give_token(folder: Path, *, life_s: float = 3600, mode: int = 0o600) -> None:
    tokens = {"access_token": "a", "refresh_token": "r", "expires_at": time.time() + life_s, "bridge_id": ""}
    (folder / "token.json").write_text(json.dumps(tokens))
    (folder / "token.json").chmod(mode)


def give_journal(folder: Path) -> Path:
    Journal(folder / "journal.sqlite3", "this-boot").close()
    return folder / "journal.sqlite3"


def asked(folder: Path, places: Places | None = None) -> dict[str, Finding]:
    """What doctor finds, by rule; the worst of each."""
    found: dict[str, Finding] = {}
    for one in of_home(folder, places or Places(folder / "none", folder / "none")):
        if one.rule not in found or one.verdict == "wrong":
            found[one.rule] = one
    for one in found.values():
        assert "\n" not in one.text
        assert bool(one.mend) == (one.verdict != "ok"), one
    return found


def is_wrong(found: dict[str, Finding], rule: str, words: str) -> None:
    """This, and of its kind nothing else."""
    assert (found[rule].verdict, words in found[rule].text) == ("wrong", True), found
