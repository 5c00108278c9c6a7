"""Which commands were claimed when, and which were used up: what makes a grant one to act on. Rules of `docs/bridge.md`."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

USED_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Claimed:
    command_id: UUID
    sent_ms: int
    """Before the claim was sent: what is left of a command's life is counted from here [B11]."""


class Claims:
    """Of one line and one process; the journal remembers used commands for the next one."""

    def __init__(self) -> None:
        self._pending: dict[UUID, Claimed] = {}
        self._used: OrderedDict[UUID, None] = OrderedDict()

    def claim(self, command_id: UUID, now_ms: int) -> UUID | None:
        """A fresh claim id, or None for a command that is used up or being claimed already [B13]."""
        if command_id in self._used or any(c.command_id == command_id for c in self._pending.values()):
            return None
        claim_id = uuid4()
        self._pending[claim_id] = Claimed(command_id, now_ms)
        return claim_id

    def granted(self, claim_id: UUID, command_id: UUID) -> Claimed | None:
        """The claim that this grant answers. None for one that nobody sent on this line, or a command used before."""
        claimed = self._pending.pop(claim_id, None)
        if claimed is None or claimed.command_id != command_id or command_id in self._used:
            return None
        self._used[command_id] = None
        while len(self._used) > USED_KEPT:
            self._used.popitem(last=False)
        return claimed

    def denied(self, claim_id: UUID) -> None:
        self._pending.pop(claim_id, None)

    def line_lost(self) -> None:
        """Grants for these will never come; what still lives is rung for again [B16]."""
        self._pending.clear()
