"""Pure: which of a household's bridges leads a panel (docs/bridge.md, B70-B73)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

HYSTERESIS_DB: Final = 8
"""So much better another bridge must hear the panel: two that hear it alike do not hand it to and fro."""
FRESH: Final = timedelta(seconds=45)
"""What was heard longer ago says nothing; a bridge tells every twelve seconds."""


@dataclass(frozen=True, slots=True)
class Ear:
    """How well one bridge hears the panel."""

    bridge_id: UUID
    rssi_dbm: int
    ago: timedelta
    online: bool

    @property
    def counts(self) -> bool:
        # what was heard in the future is of a clock that was put back since
        return self.online and timedelta(0) <= self.ago <= FRESH


def leader(leads: UUID, ears: Sequence[Ear]) -> UUID:
    """Who is to lead the panel that `leads` leads now. It stays where nobody hears it clearly better."""
    hearing = [ear for ear in ears if ear.counts]
    if not hearing:
        return leads
    best = max(hearing, key=lambda ear: (ear.rssi_dbm, ear.bridge_id.bytes))
    own = next((ear for ear in hearing if ear.bridge_id == leads), None)
    if own is not None and best.rssi_dbm < own.rssi_dbm + HYSTERESIS_DB:
        return leads
    return best.bridge_id
