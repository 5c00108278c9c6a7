"""The worker. Run: celery -A nirweb worker -B (the broker is NIRWEB_REDIS_URL).

No task may reach `therapy.start` or `panels.commands`: no queue can light a lamp (an import contract checks it).
"""

import os
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from celery import Celery
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nirweb.settings")

from django.conf import settings

from sessions_app import trace

TRACE: Final = "nirweb_trace"
VISIBILITY_S: Final = 120
"""A task that a killed worker held comes back after this long. Nothing is ever an ETA, so nothing waits longer."""


def broker_url(redis_url: str | None) -> str:
    """Celery's name for the address that redis-py knows as `redis_url`."""
    if redis_url is None:
        return "memory://"
    if redis_url.startswith("unix:"):
        parts = urlsplit(redis_url)
        return f"redis+socket://{parts.path}"
    return redis_url


def ticks() -> dict[str, Any]:
    from nirweb import health
    from sessions_app.tasks import TICKS

    # A tick that was not taken before the next one is dropped: after a pause they must not all come at once.
    return {name: {**tick, "options": {"expires": tick["schedule"]}} for name, tick in {**TICKS, **health.TICKS}.items()}


app = Celery("nirweb")
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": VISIBILITY_S,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        "max_connections": 10,
    },
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=60,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    timezone="UTC",
    enable_utc=True,
    imports=["sessions_app.tasks", "nirweb.health"],
)


@app.on_after_finalize.connect
def _tick(sender: Celery, **_: Any) -> None:
    sender.conf.beat_schedule = ticks()


@setup_logging.connect
def _keep_our_logs(**_: Any) -> None:
    """Celery sets up no logs of its own where this is connected."""


@before_task_publish.connect
def _send_trace(headers: dict[str, Any], **_: Any) -> None:
    headers[TRACE] = trace.current()


@task_prerun.connect
def _take_trace(task: Any, **_: Any) -> None:
    structlog.contextvars.clear_contextvars()
    trace.bind(trace.accepted(getattr(task.request, TRACE, None)))


@task_postrun.connect
def _drop_trace(**_: Any) -> None:
    structlog.contextvars.clear_contextvars()
