"""Stamps, merging and the like: pure (docs/sync.md). A stamp is a reading of a hybrid logical clock, as text [Y30]."""

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

STAMP: Final = r"^[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{32}$"
AHEAD_MS: Final = 24 * 60 * 60 * 1000
"""A stamp further ahead of the server's clock is refused [Y42]."""

_STAMP: Final = re.compile(STAMP)


# ── Stamps ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def stamp(ms: int, counter: int, device: uuid.UUID) -> str:
    """Milliseconds since 1970 (48 bits), a counter (16 bits) and who made it. Stamps compare as text [Y30]."""
    if not (0 <= ms < 2**48 and 0 <= counter < 2**16):
        raise ValueError("a stamp holds 48 bits of milliseconds and 16 of counter")
    return f"{ms:012x}-{counter:04x}-{device.hex}"


def is_stamp(text: str) -> bool:
    return _STAMP.fullmatch(text) is not None


def wall_ms(one: str) -> int:
    """Milliseconds since 1970 that a stamp shows."""
    return int(one[:12], 16)


def next_stamp(last: str, now_ms: int, device: uuid.UUID) -> str:
    """The next one of this device: later than `last`, which is the latest it has made or seen ("" for none)."""
    if not last or now_ms > wall_ms(last):
        return stamp(now_ms, 0, device)
    counter = int(last[13:17], 16) + 1
    return stamp(wall_ms(last), counter, device) if counter < 2**16 else stamp(wall_ms(last) + 1, 0, device)


def is_ahead(one: str, now_ms: int) -> bool:
    return wall_ms(one) > now_ms + AHEAD_MS


# ── Merging ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Merge:
    won: dict[str, Any]
    """The fields that change, with their new values."""
    clocks: dict[str, str]
    """Every field's stamp afterwards."""


def merge(clocks: Mapping[str, str], changes: Mapping[str, Any], stamps: Mapping[str, str]) -> Merge:
    """Lay `changes`, each with its stamp, over a row whose fields were written at `clocks`: the later stamp wins [Y31]."""
    won = {field: value for field, value in changes.items() if stamps[field] > clocks.get(field, "")}
    return Merge(won, {**clocks, **{field: stamps[field] for field in won}})


def unseen(clocks: Mapping[str, str], seen: Mapping[str, str]) -> bool:
    """True when the row has an edit that a phone which knew the stamps `seen` had not met [Y36]."""
    return any(one > seen.get(field, "") for field, one in clocks.items())


def copy_id(row_id: uuid.UUID) -> uuid.UUID:
    """Where edits of a deleted row go [Y35]; of a deleted copy, to a copy of the copy."""
    return uuid.uuid5(row_id, "copy")


# ── Ops ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def digest(op: Mapping[str, Any]) -> str:
    """SHA-256 of an op, however its JSON was written [Y14]."""
    text = json.dumps(op, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
