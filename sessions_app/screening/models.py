"""What a person answered to the screening, and what a clinician agreed to."""

from django.conf import settings
from django.db import models

from sessions_app.base import Fact


class Screening(Fact):
    """One complete set of answers. The newest that is not superseded counts; older ones are its history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="screenings")
    questionnaire_version = models.PositiveIntegerField()
    answers = models.JSONField()
    """Question id → answer, as `questions.json` defines it."""
    answered_at = models.DateTimeField()
    made_for_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"screening of {self.answered_at:%Y-%m-%d}"


class Agreement(Fact):
    """A clinician's agreement to one answer that needs it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agreements")
    question_id = models.CharField(max_length=60)
    agreed_on = models.DateField()
    clinician_note = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.question_id}, {self.agreed_on}"
