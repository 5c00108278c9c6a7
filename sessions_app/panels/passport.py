"""A panel's passport: how long it has shone, when it was bought, how long its maker stands for it, when to measure it again.

Rules in docs/passport.md.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from sessions_app.changes.services import Touch, touch
from sessions_app.panels.models import Panel
from sessions_app.problems import FieldProblem, Problem

SECONDS_AN_HOUR: Final = 3600
OLDEST: Final = date(1990, 1, 1)
LONGEST: Final = timedelta(days=365 * 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    purchased_on: date | None
    warranty_until: date | None
    measure_again_on: date | None


def problems(said: Dates, today: date) -> dict[str, str]:
    """Pure: what is wrong with these dates, by field; empty when nothing is. `today` may be another day where the owner is."""
    wrong: dict[str, str] = {}
    for field in ("purchased_on", "warranty_until", "measure_again_on"):
        day = getattr(said, field)
        if day is not None and not OLDEST <= day <= today + LONGEST:
            wrong[field] = "Dates lie between 1990 and thirty years from now."
    if said.purchased_on is not None and said.purchased_on > today + timedelta(days=1):
        wrong["purchased_on"] = "It was bought today or before."
    elif said.purchased_on and said.warranty_until and said.warranty_until < said.purchased_on:
        wrong["warranty_until"] = "The warranty ends after the day it was bought."
    return wrong


def light_hours(panel: Panel) -> float:
    """Hours of light in sessions run from here, everybody's of the household together. Its own button is not counted."""
    on_s = panel.sessions.aggregate(sum=Sum("on_s"))["sum"] or 0.0
    return round((on_s + panel.erased_on_s) / SECONDS_AN_HOUR, 2)


def take_over(user_id: UUID) -> None:
    """This person is about to be erased: of their sessions each panel keeps how long it shone, and no more [A8]."""
    for panel in Panel.objects.filter(sessions__user_id=user_id).annotate(theirs=Sum("sessions__on_s")):
        Panel.objects.filter(pk=panel.pk).update(erased_on_s=F("erased_on_s") + panel.theirs)


def keep(panel: Panel, said: Dates, today: date) -> Panel:
    """Problem 422 `invalid`."""
    wrong = problems(said, today)
    if wrong:
        errors = [FieldProblem(field=field, code="invalid", message=message) for field, message in wrong.items()]
        raise Problem(422, "invalid", "These dates cannot be.", "Correct them and try again.", errors=errors)
    with transaction.atomic():
        panel = Panel.objects.select_for_update().get(pk=panel.pk)
        panel.purchased_on, panel.warranty_until = said.purchased_on, said.warranty_until
        panel.measure_again_on = said.measure_again_on
        panel.save(update_fields=["purchased_on", "warranty_until", "measure_again_on"])
        touch(Touch(panel.household_id, "panel", panel.pk))
    return panel
