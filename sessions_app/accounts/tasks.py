import structlog
from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from sessions_app.accounts import services

log = structlog.stdlib.get_logger(__name__)


@shared_task
def delete_old_sessions() -> None:
    """Of browsers that were signed out, or stayed away too long."""
    SessionStore.clear_expired()


@shared_task
def delete_expired_guests() -> None:
    if deleted := services.delete_expired_guests():
        log.info("guests deleted", count=deleted)
