"""Where a course stands, read from the database (docs/dose.md, D44)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sessions_app.localtime import day_of
from sessions_app.regimens.models import Regimen
from sessions_app.therapy import inputs
from sessions_app.therapy.build_up import BuildUp, Noted, minutes_of, sign_of, step_of
from sessions_app.therapy.holds import EVERYWHERE, holds_of
from sessions_app.therapy.models import CheckIn, Session, SessionLog
from sessions_app.therapy.rules import stopped_early


def minutes_now(course: Regimen, now: datetime) -> float:
    """The minutes of a session of this course today; all of them where it has no build-up. Its `user` is loaded."""
    if not course.build_up or course.started_on is None:
        return course.minutes
    plan = BuildUp(from_pct=course.build_up["from_pct"], weeks=course.build_up["weeks"])
    step = step_of(plan, course.started_on, day_of(now, course.user.zone), _done(course), _noted(course))
    return minutes_of(course.minutes, step.share_pct)


def _done(course: Regimen) -> list[date]:
    zone = course.user.zone
    sessions = Session.objects.filter(user=course.user, on_s__gt=0, started_at__isnull=False)
    logs = SessionLog.objects.filter(user=course.user, superseded_by=None)
    ended = Session.State.ENDED
    done = [one for one in sessions if one.state != ended or not stopped_early(one.on_s, one.planned_duration_s)]
    found = [(one.started_at, one.regimen_id, one.sites) for one in done]
    found += [(one.started_at, one.regimen_id, one.sites) for one in logs]
    return [day_of(at, zone) for at, of, sites in found if at is not None and _belongs(course, of, sites)]


def _belongs(course: Regimen, of: UUID | None, sites: Iterable[str]) -> bool:
    """It says so, or it says nothing and lit one of the course's places."""
    return of == course.pk or (of is None and not set(sites).isdisjoint(course.sites))


def _noted(course: Regimen) -> list[Noted]:
    by_id = {str(one.id): one for one in CheckIn.objects.filter(user=course.user, superseded_by=None)}
    found = []
    for checkin in inputs.checkins_of(course.user):
        held = {hold.site for hold in holds_of(checkin)}
        here = not checkin.sites or not set(checkin.sites).isdisjoint(course.sites)
        row = by_id[checkin.id]
        warmth, redness = (row.warmth, row.redness) if here else (0, 0)
        sign = sign_of(warmth=warmth, redness=redness, holds=EVERYWHERE in held or not held.isdisjoint(course.sites))
        if sign is not None:
            found.append(Noted(day=day_of(checkin.at, course.user.zone), sign=sign))
    return found
