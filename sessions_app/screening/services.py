"""Writes of screening."""

from datetime import datetime
from typing import Any

from sessions_app.accounts.models import User
from sessions_app.accounts.services import guest_made
from sessions_app.changes.services import Touch, touch
from sessions_app.screening.models import Screening
from sessions_app.screening.questionnaire import QUESTIONNAIRE, nothing_of_these


def answer_for_demo(user: User, now: datetime) -> Screening:
    """Answers of "nothing of these" for a guest, who only runs virtual panels: so no rule needs a way around it.

    Call it in the transaction that makes the guest.
    """
    made = Screening.objects.create(
        user=user,
        questionnaire_version=QUESTIONNAIRE.version,
        answers=nothing_of_these(),
        answered_at=now,
        made_for_demo=True,
    )
    touch(Touch(user.pk, "screening", made.pk))
    return made


def connect() -> None:
    """Once, when the app is ready."""
    guest_made.connect(_answer_for_guest, dispatch_uid="screening of guests")


def _answer_for_guest(sender: type[User], *, guest: User, now: datetime, **_: Any) -> None:
    answer_for_demo(guest, now)
