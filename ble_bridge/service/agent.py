"""The property list that launchd reads on a Mac. It has no watchdog: a bridge that hangs there is ended by nobody."""

import plistlib
from pathlib import Path
from typing import Final

from ble_bridge.service.unit import STOP_S, Wanted

LABEL: Final = "org.nirweb.bridge"


def text(wanted: Wanted, log: Path) -> bytes:
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(wanted.command),
            "WorkingDirectory": str(wanted.folder),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 10,
            "ExitTimeOut": STOP_S,
            "ProcessType": "Interactive",  # a background job is slowed down, and a stop must not wait
            "StandardOutPath": str(log),
            "StandardErrorPath": str(log),
            "Umask": 0o077,
        }
    )
