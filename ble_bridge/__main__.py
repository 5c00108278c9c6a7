"""`python -m ble_bridge run --home DIR [--home DIR …]`: the bridge, with one home or several; other commands help with panels."""

import argparse
import sys
from pathlib import Path


def main() -> int:
    try:
        from ble_bridge.commands import command
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("ble_bridge"):
            raise
        sys.stderr.write(
            f"{sys.executable} lacks {error.name}: use the Python of the environment in which the bridge is installed, "
            "such as .venv/bin/python (of `up`) or .bridge/bin/python\n"
        )
        return 2
    parser = argparse.ArgumentParser(prog="python -m ble_bridge", description="Relays commands to light panels over Bluetooth.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the bridge", description="Runs until it is told to end (SIGTERM or Ctrl-C).")
    run.add_argument("--home", type=Path, action="append", required=True, help="folder with bridge.toml; repeatable")
    command.add(commands)
    given = parser.parse_args()
    if given.command != "run":
        return command.carry_out(given)

    from ble_bridge.daemon import main as run_daemon  # a wrong argument is told at once

    return run_daemon(list(dict.fromkeys(home.absolute() for home in given.home)))


if __name__ == "__main__":
    sys.exit(main())
