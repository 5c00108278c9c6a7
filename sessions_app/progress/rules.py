"""Figures of progress: how much of the plan was kept, how much light each week and site, how the aim was rated. Pure.

The same on the phone (`nirweb/pwa/src/domain/progress.ts`); tests/vectors/progress.json is run by both. Dates are local ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course, as far as its days go: 0-6, Monday is 0."""

    id: str
    days: tuple[int, ...]
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something done: a session that gave light, or one written down."""

    day: date
    regimen_id: str | None
    sites: tuple[str, ...]
    minutes: float
    fluence_j_cm2: float | None
    """Over all wavelengths; None where the irradiance is unknown."""
    confirmed: bool
    """False: an upper bound, not reported by the panel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    planned: int
    kept: int
    """Planned days with at least one session of the course."""
    extra: int
    """Other days with a session of the course."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    monday: date
    sessions: int
    minutes: float
    fluence_j_cm2: float | None
    """On the site that got the most; None when nothing of that week had a known irradiance."""
    partly_unknown: bool
    """Some of the light has no known dose: the number is a part, not the whole."""
    confirmed: bool


def planned_days(course: Course, first: date, last: date) -> list[date]:
    """Dates on which the course asks for a session, from `first` to `last`, both included."""
    day = max(course.started_on, first)
    until = last if course.ended_on is None else min(course.ended_on, last)
    found = []
    while day <= until:
        if day.weekday() in course.days:
            found.append(day)
        day += DAY
    return found


def adherence(course: Course, done: Iterable[Done], first: date, today: date) -> Adherence:
    """Planned days up to and with today against days with a session; a day still under way counts only once it is done."""
    days = {one.day for one in done if one.regimen_id == course.id and first <= one.day <= today}
    planned = [day for day in planned_days(course, first, today) if day < today or day in days]
    kept = sum(day in days for day in planned)
    return Adherence(planned=len(planned), kept=kept, extra=len(days) - kept)


def weeks(done: Sequence[Done], today: date, count: int, site: str | None) -> list[Week]:
    """The last `count` weeks, the newest last. Each site adds up for itself: what one got is never summed with another's."""
    last = today - today.weekday() * DAY
    return [_week(done, last - (count - 1 - index) * 7 * DAY, site) for index in range(count)]


def ratings_by_day(ratings: Iterable[tuple[date, int]]) -> list[tuple[date, int]]:
    """One point a day: the day's last rating. Ratings come in the order in which they were given."""
    return sorted(dict(ratings).items())


def change(points: Sequence[tuple[date, int]], count: int = 3) -> tuple[float, float] | None:
    """The means of the first and of the last `count` ratings, once they do not overlap; else None: too early to say."""
    if len(points) < 2 * count:
        return None
    values = [value for _, value in points]
    return sum(values[:count]) / count, sum(values[-count:]) / count


def _week(done: Sequence[Done], monday: date, site: str | None) -> Week:
    here = [one for one in done if monday <= one.day <= monday + 6 * DAY and (site is None or site in one.sites)]
    known = [one for one in here if one.fluence_j_cm2 is not None]
    return Week(
        monday=monday,
        sessions=len(here),
        minutes=sum(one.minutes for one in here),
        fluence_j_cm2=_most_on_one_site(known, site) if known else None,
        partly_unknown=len(known) < len(here),
        confirmed=all(one.confirmed for one in here),
    )


def _most_on_one_site(done: Iterable[Done], site: str | None) -> float:
    per_site: dict[str, float] = {}
    for one in done:
        for place in one.sites if site is None else (site,):
            per_site[place] = per_site.get(place, 0.0) + (one.fluence_j_cm2 or 0.0)
    return max(per_site.values(), default=0.0)
