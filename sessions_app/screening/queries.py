"""A person's answers and agreements, as the rules take them."""

from collections.abc import Sequence
from datetime import datetime

from sessions_app.accounts.models import Membership, User
from sessions_app.screening.models import Agreement, Screening
from sessions_app.screening.rules import needs_guardian
from sessions_app.screening.values import Agreed, Answered


def answered_by(user: User) -> Answered | None:
    """The newest answers, each with the time since when it has been given just so; None for a person who gave none."""
    sets = sorted(Screening.objects.filter(user=user, superseded_by=None), key=_given_at, reverse=True)
    if not sets:
        return None
    newest = sets[0]
    return Answered(
        version=newest.questionnaire_version,
        answers=newest.answers,
        answered_at=newest.answered_at,
        stored_at=newest.known_at,
        since={question: since for question in newest.answers if (since := _since(question, sets)) is not None},
    )


def agreements_of(user: User) -> tuple[Agreed, ...]:
    """Clinicians' agreements that nothing superseded."""
    found = Agreement.objects.filter(user=user, superseded_by=None)
    return tuple(Agreed(question_id=one.question_id, agreed_on=one.agreed_on, recorded_at=one.known_at) for one in found)


def has_guardian(user: User) -> bool:
    """Whether another person, who answered not to be under 18, owns a household of this one."""
    households = Membership.objects.filter(user=user).values("household_id")
    owners = Membership.objects.filter(household_id__in=households, role=Membership.Role.OWNER, user__guest=False).exclude(
        user=user
    )
    for owner in owners.select_related("user"):
        answered = answered_by(owner.user)
        if answered is not None and not needs_guardian(answered):
            return True
    return False


def _given_at(screening: Screening) -> datetime:
    # a phone's clock that runs ahead does not keep later answers out
    return min(screening.answered_at, screening.known_at)


def _since(question: str, newest_first: Sequence[Screening]) -> datetime | None:
    """None: it was never answered otherwise."""
    answer, since = newest_first[0].answers[question], newest_first[0].known_at
    for older in newest_first[1:]:
        if older.answers.get(question) != answer:
            return since
        since = older.known_at
    return None
