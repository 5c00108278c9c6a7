"""What a person is told of a panel beside its session machine: the code that it waits for, and why it is of no use. Pure."""

from typing import Any, Final

from ble_bridge.contract.states import Wrong
from ble_bridge.reach_model import NO_BOND, SILENT

SAID_FOR_MS: Final = 90_000
"""What was found wrong is told so long: until it is found again, or the panel is in order, or is not there any more."""
SHUT_OUT_TIMES: Final = 2
"""So often in a row no link came about: once may be the radio."""


class Use:
    def __init__(self) -> None:
        self.passkey: str | None = None
        """Z16: to be typed in at the panel."""
        self.wrong: Wrong | None = None
        self._until_ms = 0
        self._shut_out = 0

    def linked(self, mismatch: str, now_ms: int) -> None:
        """Why a link that was just made is of no use; empty when it is."""
        self._shut_out = 0
        self._say(_wrong(mismatch), now_ms)

    def shut_out(self, now_ms: int) -> None:
        """Z18: a panel that is bonded, as far as the system knows, gave no link."""
        self._shut_out += 1
        if self._shut_out >= SHUT_OUT_TIMES:
            self._say("bond_lost", now_ms)

    def pairs_anew(self, now_ms: int) -> None:
        self._shut_out = 0
        self._say("not_bonded", now_ms)

    def told(self, now_ms: int) -> dict[str, Any]:
        """Fields of `wire.PanelState`."""
        return {"passkey": self.passkey, "wrong": self.wrong if now_ms < self._until_ms else None}

    def _say(self, wrong: Wrong | None, now_ms: int) -> None:
        self.wrong, self._until_ms = wrong, now_ms + SAID_FOR_MS


def _wrong(mismatch: str) -> Wrong | None:
    if not mismatch or mismatch.startswith(SILENT):
        return None
    return "not_bonded" if mismatch.startswith(NO_BOND) else "another"
