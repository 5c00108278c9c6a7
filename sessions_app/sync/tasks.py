import structlog
from celery import shared_task
from django.utils import timezone

from sessions_app.sync import clearing

log = structlog.stdlib.get_logger(__name__)


@shared_task
def clear_away() -> None:
    if cleared := clearing.clear_away(timezone.now()):
        log.info("tombstones cleared", count=cleared)
