"""The thread that writes the rows of stops. It waits for the database so that no stop has to."""

import queue
import threading
import time
from collections.abc import Callable
from typing import Final

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections

log = structlog.stdlib.get_logger(__name__)
MAX_UNWRITTEN: Final = 200
TRIES: Final = 60
AGAIN_S: Final = 2.0

_threads: list[threading.Thread] = []
_unwritten: "queue.Queue[tuple[Callable[[], None], str]]" = queue.Queue(MAX_UNWRITTEN)
_starting = threading.Lock()


def write(row: Callable[[], None], trace: str) -> None:
    """Have `row` written soon. Never waits; when too much is unwritten already, the row is dropped and that is logged."""
    try:
        _unwritten.put_nowait((row, trace))
    except queue.Full:
        log.error("stop not kept, too many wait", trace=trace)
        return
    _ensure_thread()


def flush(deadline_s: float) -> bool:
    """Wait until all is written, at most so long. False when something is left."""
    end = time.monotonic() + deadline_s
    while _unwritten.unfinished_tasks and time.monotonic() < end:
        time.sleep(0.01)
    return _unwritten.unfinished_tasks == 0


def _ensure_thread() -> None:
    with _starting:
        if not any(one.is_alive() for one in _threads):
            _threads[:] = [threading.Thread(target=_work, name="stop-rows", daemon=True)]
            _threads[0].start()


def _work() -> None:
    while True:
        row, trace = _unwritten.get()
        try:
            _write(row, trace)
        except Exception:  # the next stop must be written whatever became of this one
            log.exception("stop not kept", trace=trace)
        finally:
            _unwritten.task_done()


def _write(row: Callable[[], None], trace: str) -> None:
    for _ in range(TRIES):
        try:
            close_old_connections()
            row()
            return
        except (OperationalError, InterfaceError) as error:
            log.warning("stop not written yet", error=type(error).__name__, trace=trace)
            time.sleep(AGAIN_S)
        finally:
            close_old_connections()
    log.error("stop never written", trace=trace)
