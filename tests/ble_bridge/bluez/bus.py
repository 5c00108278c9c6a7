"""A message bus of the test's own in place of the system's: nothing of the machine's Bluetooth is touched."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

PROGRAM: Final = "dbus-daemon"
_CONFIGURATION: Final = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/> <allow own="*"/>
    <allow send_destination="*"/> <allow receive_sender="*"/>
    <allow send_type="method_call"/> <allow send_type="signal"/>
  </policy>
</busconfig>
"""


@dataclass(slots=True)
class Bus:
    """A running dbus-daemon. It can be killed and started again at the same address."""

    folder: Path
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"unix:path={self.folder / 'bus'}"

    def start(self) -> None:
        """Returns when it listens."""
        socket = self.folder / "bus"
        socket.unlink(missing_ok=True)
        configuration = self.folder / "bus.conf"
        configuration.write_text(_CONFIGURATION.format(socket=socket))
        self.process = subprocess.Popen(
            [PROGRAM, f"--config-file={configuration}", "--nofork", "--nopidfile", "--print-address=1"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        assert self.process.stdout.readline(), "no bus"

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@contextlib.contextmanager
def private_bus() -> Iterator[Bus]:
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"not run: {PROGRAM} is missing (apt-get install {PROGRAM})")  # the runner counts it as failed
    folder = Path(tempfile.mkdtemp(prefix="bus-"))
    bus = Bus(folder)
    bus.start()
    try:
        yield bus
    finally:
        bus.kill()
        shutil.rmtree(folder)
