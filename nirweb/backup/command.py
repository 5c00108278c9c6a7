"""`manage.py backup [FILE] [--data DIR]`."""

import argparse
import sys
from pathlib import Path

from nirweb import environment
from nirweb.backup import making, pruning
from nirweb.backup.trouble import CannotBackUp
from nirweb.supervisor.folders import PROJECT


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="manage.py backup",
        description="Write all that must not be lost to one file, also while NIRWeb runs. docs/backup.md says what that is.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to: a new file, or a folder (DATA/backups)")
    parser.add_argument(
        "--prune",
        type=_days,
        metavar="DAYS",
        help="make none: remove older backups, snapshots and put-aside states from the data folder",
    )
    add_data(parser)
    given = parser.parse_args(arguments)
    server = environment.read_or_exit(PROJECT)
    data, database = whereabouts(server, given.data)
    try:
        if given.prune is not None:
            for line in pruning.run(data, given.prune):
                say(line)
            return 0
        made = making.make(data, database, given.file, keys_given=bool(server.secret_key), say=say)
    except CannotBackUp as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: no backup was written.", file=sys.stderr)
        return 130
    _tell(made)
    return 0


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError("give whole days, 0 for all")
    return int(text)


def add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder, as given to up")


def whereabouts(server: environment.Environment, data: Path | None) -> tuple[Path, dict[str, object]]:
    """The data folder and the database, as Django's settings name it."""
    if data is None:
        return server.data, server.database
    data = data.expanduser().absolute()
    own = str(server.database["NAME"]) == str(server.data / "db.sqlite3")
    return data, environment.sqlite(data / "db.sqlite3") if own else server.database


def say(line: str) -> None:
    print(line, flush=True)


def size_words(size: int) -> str:
    """`size` in bytes. A young household's backup is small, and not empty."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def _tell(made: making.Made) -> None:
    say(f"Backup: {made.path} ({size_words(made.size)})")
    say("It holds health records and keys, and is not encrypted: keep a copy of it elsewhere, where only you can read it.")
    if not made.keys:
        say("The server's keys are not in it: they come from NIRWEB_SECRET_KEY. Keep that apart.")
    for name in made.left_out:
        say(f"Not in the backup, because nothing says what it is: {name}")
