"""Server, worker with beat, and Valkey, each a process as `up` runs it, on SQLite or PostgreSQL. No bridge, no lamp."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S, START_S
from tests.push.worker import AUTHORITY, PORT
from tests.running import PROJECT, wait_until
from tests.valkey import Valkey


class Stack:
    def __init__(self, folder: Path, push_port: int, authority_pem: str, database_url: str | None = None) -> None:
        self.folder = folder
        self._listener: socket.socket | None = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.origin = f"http://localhost:{self.port}"
        self.store = Valkey(folder)
        self._ready = folder / "worker.ready"
        authority = folder / "authority.pem"
        authority.write_text(authority_pem, encoding="utf-8")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")},
            "DJANGO_SETTINGS_MODULE": "nirweb.settings", "NIRWEB_DATA": str(folder), "NIRWEB_REDIS_URL": self.store.url,
            "NIRWEB_ORIGIN": self.origin, "NIRWEB_LOG": "json", "CELERY_SKIP_CHECKS": "1", "PYTHONUNBUFFERED": "1",
            PORT: str(push_port), AUTHORITY: str(authority),
            **({"NIRWEB_DATABASE_URL": database_url} if database_url else {}),
        }  # fmt: skip
        self._parts: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *, web: bool = True) -> None:
        self.django("prepare_database")
        self.store.start()
        if web:
            self.start_web()
        self.start_worker()
        if web:
            self.wait_for_web()

    def start_web(self) -> None:
        self._listener = self._listener or socket.create_server(("127.0.0.1", self.port))
        number = self._listener.fileno()
        self._run("web", "-m", "nirweb.supervisor.web", str(number), pass_fds=(number,))

    def wait_for_web(self) -> None:
        wait_until(self._answers, START_S)

    def kill_web(self) -> None:
        """From then on whoever comes to the address is refused."""
        self._end("web", signal.SIGKILL)
        self._close()

    def start_worker(self) -> None:
        self._ready.unlink(missing_ok=True)
        self._run("worker", "-m", "tests.push.worker", str(self._ready))
        wait_until(self._ready.exists, START_S)

    def kill_worker(self) -> None:
        """kill -9: beat is a thread of it, and goes with it."""
        self._end("worker", signal.SIGKILL)

    def pid(self, part: str) -> int:
        return self._parts[part].pid

    def django(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            cwd=PROJECT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """Run in a process of its own, with everything of the domain at hand: what it prints."""
        return self.django("shell", "--verbosity", "0", "-c", textwrap.dedent(code))

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database, or change it; the rows that it answers with."""
        url = self.environment.get("NIRWEB_DATABASE_URL")
        if url:
            import psycopg

            with psycopg.connect(url, options="-c timezone=UTC") as database:
                found = database.execute(statement)
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=PATIENCE_S)) as lite, lite:
            return lite.execute(statement).fetchall()

    def log(self, part: str) -> str:
        return (self.folder / f"{part}.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        for part in list(self._parts):
            self._end(part, signal.SIGTERM)
        self.store.kill()
        self._close()

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _run(self, part: str, *arguments: str, pass_fds: tuple[int, ...] = ()) -> None:
        with (self.folder / f"{part}.log").open("ab") as log:
            self._parts[part] = subprocess.Popen(
                [sys.executable, *arguments], cwd=PROJECT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=pass_fds,
            )  # fmt: skip

    def _end(self, part: str, how: signal.Signals) -> None:
        process = self._parts.pop(part, None)
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE_S)

    def _answers(self) -> bool:
        dead = [name for name, process in self._parts.items() if process.poll() is not None]
        assert not dead, self.log(dead[0])[-3000:]
        try:
            with urllib.request.urlopen(f"{self.origin}/readyz", timeout=PATIENCE_S) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def running(push_port: int, authority_pem: str, database_url: str | None = None, *, web: bool = True) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="nw-") as name:
        stack = Stack(Path(name), push_port, authority_pem, database_url)
        try:
            stack.start(web=web)
            yield stack
        finally:
            stack.stop()
