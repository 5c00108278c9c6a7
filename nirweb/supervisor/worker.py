"""The worker part: a Celery worker with beat in a thread of its own. Run: python -m nirweb.supervisor.worker READY_FILE

Celery's own `-B` forks a process, which a kill -9 of the worker leaves behind.
"""

import sys
from pathlib import Path
from typing import Any, Final

from celery.beat import EmbeddedService
from celery.signals import worker_ready

from nirweb.celery import app

THREADS: Final = 2


def main(ready: Path) -> None:
    @worker_ready.connect(weak=False)  # type: ignore[untyped-decorator]
    def tell(**_: Any) -> None:
        app.tasks["nirweb.heartbeat.beat"].delay()  # the first tick would come only after its interval
        ready.touch()

    # all tasks, and then the schedule made of them, before beat reads it
    app.loader.import_default_modules()
    app.finalize()
    # the schedule is all in the code, so none is kept on disk
    EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler").start()
    # not by Celery's command line, which would load a terminal toolkit
    worker = app.Worker(
        hostname="nirweb", pool_cls="threads", concurrency=THREADS, without_gossip=True, without_mingle=True, quiet=True
    )
    worker.start()
    sys.exit(worker.exitcode)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
