import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nirweb import keys


def test_it_makes_keys_once_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.json"
    made = keys.kept(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.kept(path) == made
    assert len({made.session, made.ticket, made.stop, made.push}) == 4
    assert [file.name for file in path.parent.iterdir()] == ["secret.json"]


def test_it_makes_one_file_when_many_ask_at_once(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: keys.kept(path), range(40)))
    assert len(found) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", json.dumps({"session": "short", "ticket": "short", "stop": "short"})])
def test_it_never_replaces_a_damaged_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret.json"
    path.write_text(text)
    with pytest.raises(keys.BadKeys):
        keys.kept(path)
    assert path.read_text() == text


def test_it_derives_a_key_for_each_use() -> None:
    derived = keys.derived("s" * 40)
    assert derived == keys.derived("s" * 40)
    assert len({derived.session, derived.ticket, derived.stop, derived.push}) == 4
    assert derived.ticket != keys.derived("t" * 40).ticket


def test_it_reads_a_file_from_before_there_were_reminders(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    text = json.dumps({"session": "a" * 64, "ticket": "b" * 64, "stop": "c" * 64})
    path.write_text(text)
    found = keys.kept(path)
    assert (found.session, found.ticket, found.stop) == ("a" * 64, "b" * 64, "c" * 64)
    assert len(found.push) == 64
    assert keys.kept(path) == found
    assert path.read_text() == text
