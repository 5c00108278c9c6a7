"""In place of bluetoothd, as a service of the system: a BlueZ in software with one panel, and Debian's service file and policy.

The policy is the strict one: who is not in the group `bluetooth` may not speak to it, as the bridge's unit has to be.
"""

import asyncio
from pathlib import Path
from typing import Final

from tests.ble_bridge.bluez.mock import MockBlueZ
from tests.boot.system import CLONE, PYTHON, System

UNIT: Final = f"""\
[Unit]
Description=Bluetooth service
[Service]
Type=dbus
BusName=org.bluez
WorkingDirectory={CLONE}
ExecStart={PYTHON} -m tests.boot.bluetoothd
[Install]
WantedBy=multi-user.target
"""
POLICY: Final = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy user="root"><allow own="org.bluez"/><allow send_destination="org.bluez"/></policy>
  <policy group="bluetooth"><allow send_destination="org.bluez"/></policy>
  <policy context="default"><deny send_destination="org.bluez"/></policy>
</busconfig>
"""


class SystemBus:
    """Where MockBlueZ expects the test's own."""

    address: Final = "unix:path=/run/dbus/system_bus_socket"
    folder: Final = Path("/run")


def install(system: System) -> None:
    """It is on now, and at every start."""
    system.types("groupadd", "--system", "--force", "bluetooth")
    system.path("/etc/dbus-1/system.d/bluetooth.conf").write_text(POLICY)
    system.path("/etc/systemd/system/bluetooth.service").write_text(UNIT)
    system.types("systemctl", "reload", "dbus")
    system.types("systemctl", "daemon-reload")
    system.types("systemctl", "enable", "--quiet", "--now", "bluetooth")


async def live() -> None:
    await MockBlueZ(SystemBus()).open()  # type: ignore[arg-type]  # of the bus it takes the address alone
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(live())
