"""`manage.py panel`: the virtual lamp of a running `up`, in the terminal."""

import argparse
import os
import sys
from pathlib import Path

from nirweb.supervisor.folders import default_data, runtime_of
from nirweb.supervisor.parts import DEMO_RADIOS


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="manage.py panel",
        description="Watch a virtual lamp: its light, levels, timer and dead-man; press its button, give it faults.",
    )
    parser.add_argument(
        "radio", nargs="?", choices=DEMO_RADIOS, default="home", help="your own virtual panel, or the demo's (home)"
    )
    parser.add_argument("--data", type=Path, default=default_data(), metavar="DIR", help="the data folder that `up` runs on")
    given = parser.parse_args(arguments)
    observer = runtime_of(given.data.expanduser().absolute()) / "observer.sock"
    if observer.exists():
        command = [sys.executable, "-m", "ble_bridge.virtual.view", "--socket", str(observer), "--radio", given.radio]
        os.execv(sys.executable, command)  # noqa: S606 - replaces this process, no shell
    print(f"No virtual panel runs on {given.data}: start it with  python3 manage.py up", file=sys.stderr)
    return 1
