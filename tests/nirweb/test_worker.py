"""The real worker on a real Valkey: it takes tasks, beats, is seen by /readyz, and a trace goes with what it does."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from nirweb.celery import ticks
from nirweb.supervisor import parts
from nirweb.work import broker_url
from tests.patience import PATIENCE_S, START_S

REPOSITORY: Final = Path(__file__).resolve().parents[2]
GUEST: Final = """
from datetime import timedelta
from django.utils import timezone
from sessions_app import trace
from sessions_app.accounts import services, tasks
services.make_guest(timezone.now() - timedelta(hours=25))
trace.bind("trace-of-the-test-1")
tasks.delete_expired_guests.delay()
"""
LOOK: Final = """
import json
from django.test import Client, RequestFactory
from sessions_app.throttle import Rate
rate = Rate("test", 3, per_s=86_400)
print(json.dumps({
    "missing": Client(headers={"Host": "localhost"}).get("/readyz").json()["missing"],
    "allowed": [rate.allow_request(RequestFactory().get("/")) for _ in range(2)],
}))
"""


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=out, stderr=out)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Short: a unix socket's path has little room."""
    found = Path(tempfile.mkdtemp(prefix="nw-"))
    yield found
    shutil.rmtree(found)


@pytest.fixture(scope="module")
def environment(folder: Path) -> Iterator[dict[str, str]]:
    """A migrated database and a running store."""
    socket = folder / "valkey.sock"
    found = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")},
        "DJANGO_SETTINGS_MODULE": "nirweb.settings",
        "NIRWEB_DATA": str(folder),
        "NIRWEB_REDIS_URL": f"unix://{socket}",
        "NIRWEB_LOG": "json",
        "CELERY_SKIP_CHECKS": "1",
    }
    store = [str(parts._valkey_server()), "--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    with running(store, found, folder / "store.log"):
        until(socket.exists)
        django(found, "migrate", "-v0")
        yield found


def django(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "django", *words]
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=START_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shell(environment: dict[str, str], code: str) -> str:
    return django(environment, "shell", "-v0", "-c", code)


def until(true: Any, seconds: float = PATIENCE_S) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@pytest.mark.slow
def test_a_worker_takes_tasks_with_their_trace_and_is_seen(environment: dict[str, str], folder: Path) -> None:
    """Two processes look: before there is a worker, and after. They count rates together."""
    before = json.loads(shell(environment, LOOK))
    log, ready = folder / "worker.log", folder / "ready"
    with running([sys.executable, "-m", "nirweb.supervisor.worker", str(ready)], environment, log):
        until(ready.exists)
        shell(environment, GUEST)
        until(lambda: any(line["event"] == "guests deleted" for line in lines(log)))
        after = json.loads(shell(environment, LOOK))
        until(lambda: sum(line["event"].startswith("Task sessions_app.therapy.tasks.sweep") for line in lines(log)) >= 4)
    told = next(line for line in lines(log) if line["event"] == "guests deleted")
    assert (told["trace"], told["count"]) == ("trace-of-the-test-1", 1)
    assert not [line for line in lines(log) if line["level"] == "error"], "beat ticks only when its schedule could be made"
    assert (before["missing"], after["missing"]) == (["worker"], [])
    assert (before["allowed"], after["allowed"]) == ([True, True], [True, False])


def test_the_web_process_loads_celery_only_to_give_work_away() -> None:
    code = "import sys, nirweb.asgi; sys.exit(any(name.startswith(('celery', 'kombu')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False, timeout=START_S).returncode == 0


def test_every_tick_is_dropped_before_the_next_one() -> None:
    found = ticks()
    assert found
    for name, tick in found.items():
        assert 0 < tick["options"]["expires"] <= tick["schedule"], name


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("unix:///run/user/0/nirweb/valkey.sock", "redis+socket:///run/user/0/nirweb/valkey.sock"),
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
        (None, "memory://"),
    ],
)
def test_it_gives_celery_the_name_of_the_broker_that_it_knows(given: str | None, told: str) -> None:
    assert broker_url(given) == told
