import structlog
from celery import shared_task

from sessions_app.accounts import services

log = structlog.stdlib.get_logger(__name__)


@shared_task
def delete_expired_guests() -> None:
    if deleted := services.delete_expired_guests():
        log.info("guests deleted", count=deleted)
