"""The property list that launchd reads on macOS."""

import plistlib
from typing import Final

from nirweb.service.wanted import Wanted

LABEL: Final = "org.nirweb.up"
STOP_S: Final = 15


def text(wanted: Wanted) -> bytes:
    log = str(wanted.data / "logs" / "up.log")
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(wanted.command),
            "WorkingDirectory": str(wanted.folder),
            "EnvironmentVariables": dict(wanted.environment),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 10,
            "ExitTimeOut": STOP_S,
            "ProcessType": "Interactive",  # a background job is slowed down, and a stop must not wait
            "StandardOutPath": log,
            "StandardErrorPath": log,
            "Umask": 0o077,
        }
    )
