"""Files that outlast a loss of power."""

import stat
from pathlib import Path

import pytest

from nirweb import on_disk


def test_it_writes_for_the_owner_alone_over_what_was_cut_short_before(tmp_path: Path) -> None:
    kept, half = tmp_path / "kept.json", tmp_path / "kept.json.new"
    half.write_text("half of somethi")
    half.chmod(0o666)
    on_disk.write(kept, b"whole")
    assert (kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode), half.exists()) == (b"whole", 0o600, False)


def test_it_leaves_what_was_there_where_it_cannot_write(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    on_disk.write(kept, b"before")
    (tmp_path / "kept.json.new").mkdir()
    with pytest.raises(OSError, match=r"kept\.json\.new"):
        on_disk.write(kept, b"after")
    assert kept.read_bytes() == b"before"
