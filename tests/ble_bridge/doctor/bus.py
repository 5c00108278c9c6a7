"""A real D-Bus daemon for a test, with a policy of its own, and a `bluetoothd` on it that says what the test wants."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dbus_fast import BusType, Message, Variant
from dbus_fast.aio import MessageBus

from tests.patience import PATIENCE_S

CONFIG: Final = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_requested_reply="true"/>
<allow receive_type="method_call"/><allow receive_type="method_return"/><allow receive_type="error"/>
{more}</policy></busconfig>"""
DENY: Final = '<deny send_destination="org.bluez" send_type="method_call"/>'
Adapter = dict[str, Variant]


def adapter(*, powered: bool = True, roles: tuple[str, ...] = ("central", "peripheral")) -> Adapter:
    return {"Powered": Variant("b", powered), "Roles": Variant("as", list(roles))}


@contextmanager
def bus(folder: Path, more: str = "") -> Iterator[str]:
    """Gives its address."""
    socket = folder / "bus"
    (folder / "bus.conf").write_text(CONFIG.format(socket=socket, more=more))
    command = ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True) as daemon:
        assert daemon.stdout
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


@contextmanager
def bluetoothd(address: str, adapters: list[Adapter], *, silent: bool = False) -> Iterator[None]:
    """Has the name org.bluez on that bus, in a thread of its own."""
    ready, over = threading.Event(), threading.Event()
    objects = {f"/org/bluez/hci{n}": {"org.bluez.Adapter1": one} for n, one in enumerate(adapters)}

    def answer(message: Message) -> Message | bool | None:
        if message.member != "GetManagedObjects":
            return None
        return True if silent else Message.new_method_return(message, "a{oa{sa{sv}}}", [objects])

    async def live() -> None:
        line = await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()
        line.add_message_handler(answer)
        await line.request_name("org.bluez")
        ready.set()
        await asyncio.to_thread(over.wait)
        line.disconnect()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert ready.wait(PATIENCE_S)
    try:
        yield
    finally:
        over.set()
        thread.join()
