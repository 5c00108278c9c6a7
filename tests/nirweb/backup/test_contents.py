"""What belongs in a backup."""

from pathlib import Path

import pytest

from nirweb.backup import contents
from nirweb.backup.contents import Fate


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("db.sqlite3", Fate.DATABASE),
        ("db.sqlite3-wal", Fate.LEFT),
        ("secret.json", Fate.COPIED),
        ("photos/2026/a.jpg", Fate.COPIED),
        ("home/nirweb.local/leaf.key", Fate.COPIED),
        ("bridge/token.json", Fate.COPIED),
        ("demo-bridge/journal.sqlite3", Fate.DATABASE),
        ("bridge/bridge.toml", Fate.LEFT),
        ("valkey/appendonlydir/appendonly.aof.1.incr.aof", Fate.LEFT),
        ("snapshots/x.sqlite3", Fate.STAYS),
    ],
)
def test_K10_it_decides_by_name(name: str, fate: Fate) -> None:
    rule = contents.rule_of(name)
    assert rule is not None
    assert rule.fate is fate
    assert contents.belongs(name) is (fate in {Fate.COPIED, Fate.DATABASE})


def test_K10_it_names_what_nobody_decided_about(tmp_path: Path) -> None:
    (tmp_path / "secret.json").touch()
    (tmp_path / "new-thing.key").touch()
    assert contents.undecided(contents.files(tmp_path)) == ["new-thing.key"]


@pytest.mark.parametrize(
    "name", ["../secret.json", "/etc/passwd", "photos/../../x", "photos//x", "photos/./x", "photos\\..\\x", "up.lock"]
)
def test_K22_it_takes_no_name_that_points_elsewhere(name: str) -> None:
    assert not contents.belongs(name)


def test_K24_it_puts_aside_what_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    for name in ("db.sqlite3", "db.sqlite3-wal", "secret.json", "up.lock", "a-friend's-file", "prepared.json"):
        (tmp_path / name).touch()
    for name in ("bridge", "demo-bridge", "valkey", "logs", "snapshots", "aside", "photos"):
        (tmp_path / name).mkdir()
    replaced = ["bridge", "db.sqlite3", "db.sqlite3-wal", "demo-bridge", "photos", "prepared.json", "secret.json", "valkey"]
    assert contents.replaced(tmp_path) == replaced
