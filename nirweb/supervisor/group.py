"""One process group for all parts, led by a guard that ends them when the supervisor is gone, however it went."""

import os
import signal
import subprocess
from typing import Final

GUARD: Final = """
trap '' TERM INT HUP                   # ours is to outlive the parts
read -r _                              # end of file: the supervisor is gone
kill -TERM 0
sleep 4                                # the bridge turns off what it lit (3 s at most)
kill -KILL 0
"""


class Group:
    """The parts' process group. The guard reads a pipe that only the supervisor holds: a kill -9 closes it."""

    def __init__(self) -> None:
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0,
        )  # fmt: skip
        self.id = self._guard.pid
        """Each part is started in this group."""

    def end(self) -> None:
        """Kill whatever is left in the group, and the guard with it."""
        if self._guard.poll() is None:  # else its number may be somebody else's by now
            os.killpg(self.id, signal.SIGKILL)
            self._guard.wait()
        if self._guard.stdin:
            self._guard.stdin.close()
