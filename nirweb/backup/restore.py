"""`manage.py restore FILE [--data DIR] [--sign-out]`, and `manage.py restore --undo`."""

import argparse
import sys
from pathlib import Path

from nirweb import environment
from nirweb.backup import restoring
from nirweb.backup.command import add_data, say, whereabouts
from nirweb.backup.trouble import CannotBackUp
from nirweb.supervisor.folders import PROJECT
from nirweb.supervisor.trouble import CannotStart


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    data, database = whereabouts(environment.read_or_exit(PROJECT), given.data)
    try:
        restore = restoring.Restore(data, database, say)
        said = restore.undo() if given.undo else restore.run(given.file.expanduser().absolute(), sign_out=given.sign_out)
    except (CannotBackUp, CannotStart) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: nothing was restored.", file=sys.stderr)
        return 130
    for line in said:
        say(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="manage.py restore",
        description="Put back what `manage.py backup` wrote. NIRWeb is stopped first; what is replaced is kept aside.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the backup")
    what.add_argument(
        "--undo", action="store_true", help="put back what the last restore put aside, or end one that was interrupted"
    )
    parser.add_argument(
        "--sign-out", action="store_true", help="everybody signs in anew, so that a phone removed since stays out"
    )
    add_data(parser)
    return parser
