"""Beat only ticks; what is due stands in the database. Nothing here can light a lamp: an import contract holds that."""

import structlog
from celery import shared_task

from sessions_app import clock
from sessions_app.reminders import claims, deliveries, due

log = structlog.stdlib.get_logger(__name__)


@shared_task
def remind() -> None:
    """Claim what is due and send it. A tick that finds nothing asks the database two short questions."""
    while claims.claim(clock.now().wall) == claims.AT_ONCE:
        pass
    deliveries.deliver()


@shared_task
def deliver() -> None:
    """Send what waits, now: somebody is looking at the test button."""
    deliveries.deliver()


@shared_task
def mend() -> None:
    """Put the due table right where it is wrong, and forget messages of long ago."""
    now = clock.now().wall
    mended, forgotten = due.mend(now), deliveries.forget(now)
    if mended or forgotten:
        log.info("reminders mended", lines=mended, forgotten=forgotten)
