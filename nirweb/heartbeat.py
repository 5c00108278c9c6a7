"""Beat told, broker carried, worker did: all three are seen to live by one short task."""

import time
from typing import Final

from celery import shared_task
from django.core.cache import cache

from nirweb.health import BEAT_KEY

EVERY_S: Final = 5.0


@shared_task
def beat() -> None:
    cache.set(BEAT_KEY, time.time(), timeout=600)


TICKS: Final = {"worker's heartbeat": {"task": beat, "schedule": EVERY_S}}
