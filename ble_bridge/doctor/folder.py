"""The bridge's folder: its settings, its journal, its profiles, and who else has it [G10-G15]."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from ble_bridge import home_file
from ble_bridge.doctor.finding import Finding, ok, wrong
from ble_bridge.home_file import HomeFile, HomeFileError
from ble_bridge.journal import SCHEMA
from ble_bridge.lock import FILE as LOCK
from ble_bridge.lock import holder
from ble_bridge.profiles.profile import shipped
from ble_bridge.profiles.shelf import troubles

ROOM: Final = 50_000_000
"""Bytes that must be free: a start is written to the disk before the light [B21]."""


def settings(folder: Path) -> tuple[HomeFile | None, Finding]:
    """G10."""
    try:
        return home_file.read(folder), ok("G10", f"{folder / home_file.FILE} is sound")
    except HomeFileError as error:
        return None, wrong("G10", str(error), f"Write it as in: {home_file.EXAMPLE}")


def usable(folder: Path) -> Iterator[Finding]:
    """G11, G12."""
    kept = [
        folder,
        *(folder / name for name in ("journal.sqlite3", "token.json", LOCK, "panels.json") if (folder / name).exists()),
    ]
    for path in kept:
        if not os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)):
            yield wrong(
                "G11", f"{path} cannot be read and written by this user",
                f"Run the bridge as the user who owns it ({_owner(path)}), or: sudo chown -R {_me()} {folder}",
            )  # fmt: skip
            return
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        yield wrong(
            "G12",
            f"The disk of {folder} is full: {free // 1_000_000} MB are free",
            "Make room: nothing is lit without a journal.",
        )
    else:
        yield ok("G11", f"{folder} can be read and written")


def journal(folder: Path) -> Iterator[Finding]:
    """G13."""
    path = folder / "journal.sqlite3"
    if not path.exists():
        yield ok("G13", "There is no journal yet; the first start of the bridge makes it")
        return
    move = f"Stop the bridge and move it away: mv {path} {path}.broken . What it had not sent yet is lost with it."
    # where nobody has it open, SQLite would leave files of its own beside it, of whoever runs this
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=5)) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
            (schema,) = database.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        yield wrong("G13", f"The journal {path} cannot be read: {error}", move)
        return
    if found != "ok":
        yield wrong("G13", f"The journal {path} is damaged: {found}", move)
    elif schema > SCHEMA:
        yield wrong("G13", f"The journal is of a newer bridge (schema {schema}, this one has {SCHEMA})", "Update the bridge.")
    else:
        yield ok("G13", "The journal can be read and is whole")


def others(folder: Path) -> Iterator[Finding]:
    """G14."""
    process = holder(folder)
    if process is None:
        yield ok("G14", "No bridge runs with this folder now")
    else:
        who = f"process {process}{_command(process)}" if process else "another process"
        yield ok("G14", f"A bridge runs with this folder: {who}. Another one cannot, until it has ended")


def profiles(folder: Path) -> Iterator[Finding]:
    """G15."""
    found = troubles(folder, shipped())
    for trouble in found:
        first, *more = str(trouble).splitlines()
        others = f" (and {len(more)} more)" if more else ""
        yield wrong(
            "G15", f"A panel profile is not used: {first}{others}", "Mend that file; `profile check FILE` tells every fault."
        )
    if not found:
        yield ok("G15", "The panel profiles are sound")


def _command(process: int) -> str:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
    return f" ({words[:100]})" if words else ""


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError, NotImplementedError):
        return "unknown"


def _me() -> str:
    return os.environ.get("USER") or (str(os.getuid()) if hasattr(os, "getuid") else "USER")
