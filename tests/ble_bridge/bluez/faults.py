"""What may go wrong with one method of a BlueZ that is otherwise well."""

from dataclasses import dataclass
from typing import Final

IN_PROGRESS: Final = "org.bluez.Error.InProgress"
NOT_READY: Final = "org.bluez.Error.NotReady"
FAILED: Final = "org.bluez.Error.Failed"
FOR_EVER: Final = 1_000_000


@dataclass(slots=True)
class Fault:
    """`error` answers with it, `silent` never answers, `delay_s` answers late; so many `times`."""

    error: str = ""
    text: str = ""
    silent: bool = False
    delay_s: float = 0.0
    times: int = FOR_EVER
    of: str = ""
    """Only of the characteristic with this UUID."""
    met: int = 0

    def meets(self, uuid: str) -> bool:
        """Uses up one time where it does."""
        if self.times <= 0 or (self.of and self.of != uuid):
            return False
        self.times -= 1
        self.met += 1
        return True
