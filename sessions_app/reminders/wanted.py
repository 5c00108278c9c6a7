"""Whether somebody is still to be reminded: of what was done, or is on hold, nobody is [R7, R8]."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from sessions_app.accounts.models import User
from sessions_app.localtime import at_local
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import rules
from sessions_app.reminders.models import Subscription
from sessions_app.therapy import holds, inputs
from sessions_app.therapy.models import CheckIn, Session, SessionLog
from sessions_app.therapy.rules import stopped_early

LOOK_BACK: Final = timedelta(days=3)
"""Further back than any reminder that is still fresh."""


@dataclass(frozen=True, slots=True)
class Want:
    """A reminder that is due. The regimen's `user` is loaded."""

    regimen: Regimen
    day: date
    due_at: datetime
    snoozed: bool = False


def for_whom(user: User, now: datetime) -> bool:
    """An account that is closed, or a guest whose time is over, gets nothing."""
    return user.is_active and not user.is_over(now)


def _who_agreed(user_ids: Iterable[UUID]) -> set[UUID]:
    """Of these people, those whose explicit consent stands: a reminder tells of health too [R24]. Guests are not asked for it."""
    agreed = Q(consents__isnull=False, consents__withdrawn_at=None)
    return set(User.objects.filter(Q(guest=True) | agreed, pk__in=set(user_ids)).values_list("pk", flat=True))


def is_signed_in(phone: Subscription) -> bool:
    """False once the password was changed elsewhere: that ended the sign-in on this phone. The phone's `user` is loaded."""
    return phone.password_mark == password_mark(phone.user)


def password_mark(user: User) -> str:
    return hashlib.sha256(user.get_session_auth_hash().encode()).hexdigest()


def without_answered(wants: Sequence[Want], now: datetime) -> list[Want]:
    """Those whose course nothing was done for on its day, and which is not on hold, of people whose consent stands.

    Five questions, however many they are.
    """
    if not wants:
        return []
    user_ids = {one.regimen.user_id for one in wants}
    agreed = _who_agreed(user_ids)
    entries = _entries(user_ids, now)
    on_hold = _holds(user_ids, now)
    still = [one for one in wants if one.regimen.user_id in agreed]
    return [one for one in still if not _answered(one, entries[one.regimen.user_id]) and not _held(one, on_hold)]


def _answered(want: Want, entries: Iterable[rules.Entry]) -> bool:
    day_begins = at_local(want.day, time(), want.regimen.user.zone)
    return rules.is_done(want.regimen.pk, want.regimen.sites, day_begins, entries)


def _entries(user_ids: set[UUID], now: datetime) -> defaultdict[UUID, list[rules.Entry]]:
    since = now - LOOK_BACK
    found: defaultdict[UUID, list[rules.Entry]] = defaultdict(list)
    logs = SessionLog.objects.filter(user_id__in=user_ids, superseded_by=None, started_at__gt=since)
    for log in logs:
        found[log.user_id].append(rules.Entry(regimen_id=log.regimen_id, sites=frozenset(log.sites), at=log.started_at))
    for session in Session.objects.filter(user_id__in=user_ids, requested_at__gt=since):
        if _was_not_done(session):
            continue
        at = session.started_at or session.requested_at
        found[session.user_id].append(rules.Entry(regimen_id=session.regimen_id, sites=frozenset(session.sites), at=at))
    return found


def _was_not_done(session: Session) -> bool:
    """Ended without light, or stopped early. One that is under way, or whose light is not known, counts."""
    known = session.confirmed or session.on_s > 0
    return session.state == Session.State.ENDED and known and stopped_early(session.on_s, session.planned_duration_s)


def _holds(user_ids: set[UUID], now: datetime) -> dict[UUID, tuple[holds.Hold, ...]]:
    sign = Q(swelling__gt=0) | Q(headache__gt=0) | Q(redness_lasting=True) | Q(blister=True) | Q(eye_trouble=True)
    seen = CheckIn.objects.filter(sign, user_id__in=user_ids, superseded_by=None).values_list("user_id", flat=True).distinct()
    return {
        user.pk: holds.in_force(inputs.checkins_of(user), inputs.releases_of(user), now)
        for user in User.objects.filter(pk__in=list(seen))
    }


def _held(want: Want, on_hold: dict[UUID, tuple[holds.Hold, ...]]) -> bool:
    """Every place of the course is on hold: the start would be refused."""
    zone = want.regimen.user.zone
    found = on_hold.get(want.regimen.user_id, ())
    return bool(found) and bool(want.regimen.sites) and all(holds.forbid([site], found, zone) for site in want.regimen.sites)
