"""`manage.py install-service [--uninstall] [options of up]`."""

import os
import sys
from typing import Final

from nirweb.service import launchd, systemd
from nirweb.service.trouble import CannotInstall
from nirweb.service.wanted import wanted

HELP: Final = """\
usage: manage.py install-service [--uninstall] [options of up]

Let NIRWeb start with this machine, and again when it fails: a service of systemd for this user, or of launchd on a Mac.
The options are those of `manage.py up`; run it again with others to change them. --uninstall stops and removes the service.
"""


def main(arguments: list[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(HELP)
        return 0
    manager = launchd if sys.platform == "darwin" else systemd
    try:
        said = manager.uninstall() if "--uninstall" in arguments else manager.install(wanted(arguments, os.environ))
    except CannotInstall as trouble:
        print(trouble, file=sys.stderr)
        return 1
    for line in said:
        print(line)
    return 0
