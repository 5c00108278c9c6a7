"""Whether the database is ready for this code: known without Django, at once, when nothing changed since it was prepared."""

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from nirweb.supervisor.folders import PROJECT

STAMP: Final = "prepared.json"
NEWER_SCHEMA: Final = 3
"""Exit status of `prepare_database` for a database that a newer version wrote."""


def is_prepared(data: Path) -> bool:
    """True when this very code prepared the database and its schema is as it was then; else `prepare_database` looks closer."""
    if os.environ.get("NIRWEB_DATABASE_URL"):
        return False
    try:
        stamp = json.loads((data / STAMP).read_text(encoding="utf-8"))
        return bool(stamp == current(data))
    except (OSError, ValueError, sqlite3.Error):
        return False


def stamp(data: Path) -> None:
    """Note that the database fits this code."""
    (data / STAMP).write_text(json.dumps(current(data)), encoding="utf-8")


def current(data: Path) -> dict[str, str | int]:
    with closing(sqlite3.connect(f"file:{data / 'db.sqlite3'}?mode=ro", uri=True)) as database:
        (version,) = database.execute("PRAGMA schema_version").fetchone()
    return {"code": _code(), "schema": version}


def _code() -> str:
    """Our migrations, and by the lock those of the libraries."""
    digest = hashlib.sha256()
    lock = PROJECT / "requirements" / "product.txt"
    for path in [*sorted(PROJECT.glob("sessions_app/migrations/*.py")), *([lock] if lock.exists() else [])]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
