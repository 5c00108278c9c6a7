import structlog
from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from sessions_app.accounts import closing, services

log = structlog.stdlib.get_logger(__name__)


@shared_task
def delete_old_sessions() -> None:
    """Of browsers that were signed out, or stayed away too long."""
    SessionStore.clear_expired()


@shared_task
def delete_expired_guests() -> None:
    if deleted := services.delete_expired_guests():
        log.info("guests deleted", count=deleted)


@shared_task
def erase_closed_accounts() -> None:
    if erased := closing.erase_closed(timezone.now()):
        log.info("accounts erased", count=erased)
