"""How work is given to the worker: Celery's configuration, and the trace that goes with every task.

The web process loads Celery only when it gives work away. Whichever process does so finds its configuration by `Loader`, which
settings.py names in CELERY_LOADER: without it Celery would quietly look for a broker of its own.
"""

from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from celery.loaders.base import BaseLoader
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
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


def configuration() -> dict[str, Any]:
    return {
        "broker_url": broker_url(settings.REDIS_URL),
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_S,
            "socket_timeout": 10,
            "socket_connect_timeout": 2,
            "max_connections": 10,
        },
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": 60,
        "task_publish_retry_policy": {"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5},
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "timezone": "UTC",
        "enable_utc": True,
        "imports": ["sessions_app.tasks", "nirweb.heartbeat"],
    }


class Loader(BaseLoader):
    """Configures the application that Celery makes where none was made."""

    def read_configuration(self, env: str = "") -> dict[str, Any]:
        return configuration()


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
