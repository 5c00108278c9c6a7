"""How often somebody may ask. Counted in the shared cache, so that several processes count together."""

import logging
import math
import time

from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

log = logging.getLogger(__name__)


class Rate(BaseThrottle):
    """At most `limit` requests in each window of `per_s` seconds, by person, or by address where nobody is signed in.

    The count fails open: when the cache is gone, a stop or a sync matters more than a limit.
    """

    def __init__(self, name: str, limit: int, per_s: int) -> None:
        self.name = name
        self.limit = limit
        self.per_s = per_s

    def allow_request(self, request: HttpRequest) -> bool:
        window = math.floor(time.time() / self.per_s)
        key = f"rate:{self.name}:{self._who(request)}:{window}"
        try:
            cache.add(key, 0, timeout=self.per_s)
            return cache.incr(key) <= self.limit
        except Exception as error:  # noqa: BLE001 - each cache has exceptions of its own
            log.warning("rate not counted", extra={"rate": self.name, "error": type(error).__name__})
            return True

    def wait(self) -> float:
        """Seconds until the next window begins."""
        return self.per_s - time.time() % self.per_s

    def _who(self, request: HttpRequest) -> str:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            return f"person-{user.pk}"
        return f"address-{request.META.get('REMOTE_ADDR', '')}"
