"""What shows a browser's notifications: a desktop on a bus of its own (Desktop Notifications 1.2), with a hand that taps.

A stock Chromium hands every notification to it, and takes each tap from it: what is read here a person would have seen.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

from tests.patience import PATIENCE_S
from tests.push.background import Background
from tests.running import wait_until

NAME: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
BODY: Final = "default"
"""The key of a tap on the notification itself."""
CLOSED_BY_CALL: Final = 3
BUS: Final = """<busconfig><type>session</type><listen>unix:path={socket}</listen><policy context="default">
<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow send_type="signal"/><allow receive_sender="*"/>
</policy></busconfig>"""

Words = Annotated[list[str], DBusSignature("as")]
Four = Annotated[tuple[str, str, str, str], DBusSignature("ssss")]
NumberAndKey = Annotated[tuple[int, str], DBusSignature("us")]
Numbers = Annotated[tuple[int, int], DBusSignature("uu")]


@dataclass(frozen=True)
class Shown:
    """A notification on the screen."""

    title: str
    body: str
    buttons: dict[str, str]
    """Words → key; without the ones that the browser adds."""
    at_s: float = field(default=0, compare=False)
    """Wall clock, seconds."""


class Notifications(ServiceInterface):
    """The service as the browser calls it."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.screen: dict[int, Shown] = {}
        """What can be seen now, by number."""
        self.seen: list[Shown] = []
        """Everything that was ever put there, in turn; one that takes the place of another too."""

    @dbus_method()
    def GetCapabilities(self) -> Words:
        return ["actions", "body", "persistence"]

    @dbus_method()
    def GetServerInformation(self) -> Four:
        return ("desktop", "tests", "1", "1.2")

    @dbus_method()
    def Notify(
        self, app: DBusStr, replaces: DBusUInt32, icon: DBusStr, title: DBusStr, body: DBusStr, actions: Words,
        hints: DBusDict, expires_ms: DBusInt32,
    ) -> DBusUInt32:  # fmt: skip
        number = replaces or len(self.seen) + 1
        named = {words: key for key, words in zip(actions[::2], actions[1::2], strict=True) if key.isdigit()}
        self.screen[number] = Shown(
            title, body.split("\n")[-1], named, time.time()
        )  # before its own words the browser names the site
        self.seen.append(self.screen[number])
        return number

    @dbus_method()
    def CloseNotification(self, number: DBusUInt32) -> None:
        if self.screen.pop(number, None):
            self.NotificationClosed(number, CLOSED_BY_CALL)

    @dbus_signal()
    def ActionInvoked(self, number: int, key: str) -> NumberAndKey:
        return (number, key)

    @dbus_signal()
    def NotificationClosed(self, number: int, why: int) -> Numbers:
        return (number, why)


class Desktop:
    def __init__(self, address: str, background: Background) -> None:
        self.address = address
        self._background = background
        self._service = Notifications()
        self._bus: MessageBus = background.wait(self._begin())

    async def _begin(self) -> MessageBus:
        bus = await MessageBus(bus_address=self.address).connect()
        bus.export(PATH, self._service)
        await bus.request_name(NAME)
        return bus

    @property
    def environment(self) -> dict[str, str]:
        """What a browser is started with so that it finds this desktop."""
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    @property
    def screen(self) -> list[Shown]:
        return list(self._service.screen.values())

    @property
    def seen(self) -> list[Shown]:
        return list(self._service.seen)

    def shows(self, which: Callable[[Shown], Any] = bool, *, within_s: float = PATIENCE_S) -> Shown:
        """The notification, as soon as it is there."""
        wait_until(lambda: [one for one in self.screen if which(one)], within_s)
        return next(one for one in self.screen if which(one))

    def tap(self, shown: Shown, button: str | None = None) -> None:
        """On a button, or on the notification itself. It is then taken away by the browser, if the page's code says so."""
        number = next(number for number, one in self._service.screen.items() if one is shown)
        key = BODY if button is None else shown.buttons[button]
        self._background.call(lambda: self._service.ActionInvoked(number, key))

    def forget(self) -> None:
        """A browser that ended took its notifications along, and a new one counts from the beginning."""
        self._service.screen.clear()

    def end(self) -> None:
        self._background.call(self._bus.disconnect)


@contextmanager
def desktop(background: Background) -> Iterator[Desktop]:
    program = shutil.which("dbus-daemon")
    assert program, "these tests need dbus-daemon: apt-get install dbus"
    with tempfile.TemporaryDirectory(prefix="bus-") as folder:
        socket, settings = Path(folder) / "bus", Path(folder) / "bus.conf"
        settings.write_text(BUS.format(socket=socket), encoding="utf-8")
        daemon = subprocess.Popen([program, f"--config-file={settings}", "--nofork", "--nopidfile"], stderr=subprocess.DEVNULL)
        try:
            wait_until(socket.exists)
            found = Desktop(f"unix:path={socket}", background)
            try:
                yield found
            finally:
                found.end()
        finally:
            daemon.terminate()
            daemon.wait(PATIENCE_S)
