"""Who BlueZ asks when a panel wants a bond: shows a passkey to a person, and agrees to nothing else [Z16, Z17]."""

from collections.abc import Callable
from typing import Final

import structlog
from dbus_fast import Message, MessageType

PATH: Final = "/nirweb/agent"
CAPABILITY: Final = "DisplayOnly"
"""The code is shown on the phone and typed in at the panel."""
_INTERFACE: Final = "org.bluez.Agent1"
_REJECTED: Final = "org.bluez.Error.Rejected"
Show = Callable[[str | None], None]
"""Hears the six digits to be typed in at the panel; None: they are of no use any more."""
log = structlog.stdlib.get_logger(__name__)


class Agent:
    """Lives on the connection that asks BlueZ to pair: only its own pairings come here."""

    def __init__(self) -> None:
        self._show: Show | None = None
        self.shown = False
        """A passkey was shown in this pairing."""

    def begin(self, show: Show) -> None:
        self._show, self.shown = show, False

    def end(self) -> None:
        show, self._show = self._show, None
        if show is not None:
            show(None)

    def asked(self, message: Message) -> Message | None:
        """A message handler of the bus."""
        ours = message.message_type is MessageType.METHOD_CALL and message.path == PATH and message.interface == _INTERFACE
        if not ours:
            return None
        match message.member:
            case "DisplayPasskey" if self._show is not None:
                if not self.shown:  # it comes again with each digit that is typed in
                    self.shown = True
                    self._show(f"{message.body[1]:06d}")
            case "Cancel" | "Release":
                self.end()
            case _:
                log.warning("a pairing without a passkey of ours is refused", asked=message.member)
                return Message.new_error(message, _REJECTED, "only a passkey that is shown here")
        return Message.new_method_return(message)
