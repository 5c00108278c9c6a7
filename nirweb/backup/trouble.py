"""What keeps a backup or a restore from being done."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_ROOM_SAYS_SQLITE: Final = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE"})


class CannotBackUp(Exception):
    """One line: what is in the way, and what to do [K3]."""


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """What the disk says, in words. `folder` is where is being written."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") in NO_ROOM_SAYS_SQLITE:
            raise CannotBackUp(_full(folder)) from None
        raise CannotBackUp(f"The database cannot be read ({error}).") from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise CannotBackUp(_full(folder)) from None
        raise CannotBackUp(f"{error.filename or folder}: {error.strerror or error}.") from None


def _full(folder: Path) -> str:
    return f"There is no room left on the disk of {folder}: nothing was changed. Make room, or choose another place."
