"""How long a write has to last."""

import contextlib
from collections.abc import Iterator

from django.db import connection, transaction


@contextlib.contextmanager
def until_power_fails() -> Iterator[None]:
    """A transaction that does not wait for the disk: it outlives every process, but not always the machine's loss of power.

    For what means nothing after a restart, such as other levels of a run that is lit: on a small machine's card each wait costs a
    person more than all else on the way to the panel. Inside another transaction that one's durability holds.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        with _sqlite(), transaction.atomic():
            yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO OFF")
        yield


@contextlib.contextmanager
def _sqlite() -> Iterator[None]:
    """May only be changed outside a transaction, and so is of this connection, which is this thread's alone, meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=FULL")
