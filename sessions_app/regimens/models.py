"""A course of treatment, as the person planned it."""

from django.conf import settings
from django.db import models

from sessions_app.base import Merged


class Regimen(Merged):
    """What light, where, when. Schedules are local wall time in the person's zone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="regimens")
    aim = models.CharField(max_length=60)
    sites = models.JSONField(default=list)
    panel_id = models.UUIDField(null=True, blank=True)
    wavelengths = models.JSONField(default=dict)
    """Wavelength in nm → {level_pct, fluence_j_cm2 or null}."""
    days = models.JSONField(default=list)
    """0-6, Monday is 0."""
    local_time = models.CharField(max_length=5, blank=True)
    minutes = models.FloatField(default=10)
    build_up = models.JSONField(null=True, blank=True)
    """{from_pct, weeks}: begins with that share of the minutes and rises to the whole; null: the whole from the first day."""
    distance_cm = models.FloatField(null=True, blank=True)
    studied = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001 - null is what travels
    """Id of the study that the numbers started from; null where they are the person's own."""
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.aim
