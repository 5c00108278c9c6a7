"""What the bridge must still know after a crash: open runs, used commands, stops heard, and telemetry not yet acknowledged.

One SQLite file with `synchronous=FULL`: what a method has returned from is on the disk. A journal is used by one process
(`daemon` holds the lock) and may be used from several of its threads. Numbers in brackets are rules of `docs/bridge.md`.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from ble_bridge.contract.wire import Clearance, RunEvent, StartArgs

SCHEMA: Final = 1
COMMANDS_KEPT: Final = 10_000
"""Ids of used commands; a command lives for seconds, so the oldest can be forgotten [B13]."""
STOPS_KEPT: Final = 1_000

_TABLES: Final = """
CREATE TABLE about (epoch TEXT NOT NULL, last_seq INTEGER NOT NULL);
CREATE TABLE run (
    session_id TEXT NOT NULL, run_no INTEGER NOT NULL, panel_id TEXT NOT NULL, args TEXT NOT NULL, clearance TEXT NOT NULL,
    trace TEXT NOT NULL, boot TEXT NOT NULL, counted_ms INTEGER NOT NULL, planned_end_ms INTEGER NOT NULL,
    deadman_ms INTEGER NOT NULL, open INTEGER NOT NULL, PRIMARY KEY (session_id, run_no)
) WITHOUT ROWID;
CREATE TABLE used (n INTEGER PRIMARY KEY AUTOINCREMENT, command_id TEXT NOT NULL UNIQUE);
CREATE TABLE stop (n INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL UNIQUE, run_no INTEGER NOT NULL);
CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
"""


class JournalError(Exception):
    """The journal cannot be used; says why and what to do, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run that was written before its light and is not known to be off. Times are of the boot that `same_boot` speaks of."""

    panel_id: UUID
    args: StartArgs
    clearance: Clearance
    trace: str
    counted_ms: int
    planned_end_ms: int
    deadman_ms: int
    same_boot: bool
    """False: the machine was started anew since; its monotonic times mean nothing any more."""


class Journal:
    """`boot` names the running boot of this machine, so that monotonic times of an earlier one are never taken for now's."""

    def __init__(self, path: Path, boot: str) -> None:
        self._boot = boot
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise JournalError(f"The journal {path} cannot be read ({error}). Move it away to begin a new one.") from error
        path.chmod(0o600)

    def _prepare(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            raise JournalError(f"The journal is of a newer bridge (schema {version}, this one has {SCHEMA}). Update the bridge.")
        if version == 0:
            with self._change() as db:
                for statement in _TABLES.split(";"):
                    db.execute(statement)
                db.execute("INSERT INTO about VALUES (?, 0)", (str(uuid4()),))
                db.execute(f"PRAGMA user_version={SCHEMA}")
        epoch, self.last_seq = self._db.execute("SELECT epoch, last_seq FROM about").fetchone()
        self.epoch = UUID(epoch)
        (first,) = self._db.execute("SELECT min(seq) FROM event").fetchone()
        self.dropped_seq: int = self.last_seq if first is None else first - 1
        """Events up to here were acknowledged, and are not here any more."""

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    # ── Commands and stops ───────────────────────────────────────────────────────────────────────────────────────────
    def use(self, command_id: UUID) -> bool:
        """Use up a command. False when it was used before, also by an earlier process [B13]."""
        with self._change() as db:
            new = db.execute("INSERT OR IGNORE INTO used (command_id) VALUES (?)", (str(command_id),)).rowcount == 1
            if new:
                db.execute("DELETE FROM used WHERE n <= (SELECT max(n) FROM used) - ?", (COMMANDS_KEPT,))
        return new

    def keep_stop(self, session_id: UUID, run_no: int) -> None:
        """Runs of this session up to `run_no` were stopped: their start is refused from now on [B14]."""
        with self._change() as db:
            row = db.execute("SELECT run_no FROM stop WHERE session_id = ?", (str(session_id),)).fetchone()
            upto = max(run_no, row[0]) if row else run_no
            db.execute("INSERT OR REPLACE INTO stop (session_id, run_no) VALUES (?, ?)", (str(session_id), upto))
            db.execute("DELETE FROM stop WHERE n <= (SELECT max(n) FROM stop) - ?", (STOPS_KEPT,))

    def stops(self) -> Mapping[UUID, int]:
        with self._lock:
            return {UUID(session): run_no for session, run_no in self._db.execute("SELECT session_id, run_no FROM stop")}

    # ── Runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    def open_run(
        self,
        *,
        panel_id: UUID,
        args: StartArgs,
        clearance: Clearance,
        trace: str,
        now_ms: int,
        planned_end_ms: int,
        deadman_ms: int,
    ) -> bool:
        """Write a run before its light [B21]. False when this run was written before: it is not started again."""
        values = (
            str(args.session_id),
            args.run_no,
            str(panel_id),
            args.model_dump_json(),
            clearance.model_dump_json(),
            trace,
            self._boot,
            now_ms,
            planned_end_ms,
            deadman_ms,
        )
        with self._change() as db:
            written = db.execute("INSERT OR IGNORE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)", values)
        return written.rowcount == 1

    def close_run(self, session_id: UUID, run_no: int) -> None:
        """Its light is known to be off: nobody need look after it any more."""
        with self._change() as db:
            db.execute("UPDATE run SET open = 0 WHERE session_id = ? AND run_no = ?", (str(session_id), run_no))

    def open_runs(self) -> list[OpenRun]:
        with self._lock:
            rows = self._db.execute(
                "SELECT panel_id, args, clearance, trace, counted_ms, planned_end_ms, deadman_ms, boot FROM run WHERE open = 1"
            ).fetchall()
        return [
            OpenRun(
                panel_id=UUID(panel_id),
                args=StartArgs.model_validate_json(args),
                clearance=Clearance.model_validate_json(clearance),
                trace=trace,
                counted_ms=counted_ms,
                planned_end_ms=planned_end_ms,
                deadman_ms=deadman_ms,
                same_boot=boot == self._boot,
            )
            for panel_id, args, clearance, trace, counted_ms, planned_end_ms, deadman_ms, boot in rows
        ]

    # ── Telemetry ────────────────────────────────────────────────────────────────────────────────────────────────────
    def tell(self, *, panel_id: UUID, at: datetime, counted_ms: int | None = None, **facts: Any) -> RunEvent:
        """Number and keep an event [B40, B41]. With `counted_ms` the run's light is booked up to there, in one transaction."""
        with self._lock:
            with self._change() as db:
                seq = self.last_seq + 1
                event = RunEvent(seq=seq, epoch=self.epoch, at=at, panel_id=panel_id, **facts)
                db.execute("INSERT INTO event VALUES (?, ?)", (seq, event.model_dump_json()))
                db.execute("UPDATE about SET last_seq = ?", (seq,))
                if counted_ms is not None:
                    db.execute(
                        "UPDATE run SET counted_ms = ? WHERE session_id = ? AND run_no = ?",
                        (counted_ms, str(event.session_id), event.run_no),
                    )
            self.last_seq = seq
        return event

    def acknowledged(self, seq: int) -> None:
        """The server has stored everything up to here: forget it [B42]."""
        with self._lock:
            with self._change() as db:
                db.execute("DELETE FROM event WHERE seq <= ?", (seq,))
            self.dropped_seq = max(self.dropped_seq, min(seq, self.last_seq))

    def begin_anew(self) -> None:
        """A new epoch: what waits keeps its order and is numbered from 1, all of it or, after a crash, none [B46]."""
        with self._lock:
            epoch = uuid4()
            with self._change() as db:
                rows = db.execute("SELECT body FROM event ORDER BY seq").fetchall()
                db.execute("DELETE FROM event")
                for seq, (body,) in enumerate(rows, 1):
                    event = RunEvent.model_validate(json.loads(body) | {"seq": seq, "epoch": str(epoch)})
                    db.execute("INSERT INTO event VALUES (?, ?)", (seq, event.model_dump_json()))
                db.execute("UPDATE about SET epoch = ?, last_seq = ?", (str(epoch), len(rows)))
            self.epoch, self.last_seq, self.dropped_seq = epoch, len(rows), 0

    def waiting(self, after: int, limit: int = 200) -> list[RunEvent]:
        """Events after a number that are not acknowledged yet, in order."""
        with self._lock:
            rows = self._db.execute("SELECT body FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)).fetchall()
        return [RunEvent.model_validate(json.loads(body)) for (body,) in rows]
