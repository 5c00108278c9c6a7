"""How the person rates an aim over time."""

from django.conf import settings
from django.db import models

from sessions_app.base import Fact


class Rating(Fact):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ratings")
    aim = models.CharField(max_length=60)
    value = models.PositiveSmallIntegerField()
    """0-10; the screen says which end is which."""
    at = models.DateTimeField()
    note = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"{self.aim}: {self.value}"
