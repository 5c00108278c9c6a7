"""Is it alive, and can it work: /healthz and /readyz."""

import time
from collections.abc import Callable
from typing import Any, Final

import redis
import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse

log = structlog.stdlib.get_logger("nirweb.health")

BEAT_KEY: Final = "health:worker"
STALE_AFTER_S: Final = 30.0
"""A worker whose last beat (nirweb/heartbeat.py) is older is taken for dead."""


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked, so that a slow database restarts nobody."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker and worker. 503 names what is missing."""
    parts = {name: _state(name, check) for name, check in CHECKS.items()}
    missing = sorted(name for name, state in parts.items() if state != "ok")
    body = {"status": "missing" if missing else "ready", "parts": parts, "missing": missing}
    return JsonResponse(body, status=503 if missing else 200)


def _state(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:
        log.info("not ready", part=name, exc_info=error)
        return "failed"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
        return "ok" if cursor.fetchone() else "not migrated"


def _broker() -> str:
    if not settings.REDIS_URL:
        return "not configured"
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()
    return "ok"


def _worker() -> str:
    seen = cache.get(BEAT_KEY)
    if seen is None:
        return "not seen"
    return "ok" if time.time() - seen < STALE_AFTER_S else "silent"


CHECKS: Final[dict[str, Callable[[], Any]]] = {"database": _database, "broker": _broker, "worker": _worker}
