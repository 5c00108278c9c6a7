"""How much light a place may have: per session, 24 hours and 7 days, and the gap between sessions.

The numbers are the product's own cautious policy (docs/evidence.md, "Ceilings"). All sessions count, of every panel and
logged by hand, in full while their end lies within the window; open ones count as planned. Where the irradiance is unknown
there is no dose to count, so minutes count: 20 of them and 50 J/cm² are each one day's budget, and they add up. More
history never allows more; a missing or broken number allows nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from math import isfinite

from sessions_app.reasons import Reason
from sessions_app.screening.sites import in_words
from sessions_app.therapy.values import POLICY, Exposure, Limits
from sessions_app.therapy.wording import at_least, at_most, figure, say

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The light that is asked for. `fluence_j_cm2` is None where the irradiance is unknown."""

    session_id: str
    sites: tuple[str, ...]
    duration_s: float
    fluence_j_cm2: float | None


@dataclass(frozen=True, slots=True)
class _Budget:
    """Checked limits: every one a positive number."""

    session_s: float
    day_j_cm2: float
    week_j_cm2: float
    gap_s: float
    unknown_s: float

    def in_j_cm2(self, exposure: Exposure) -> float:
        """Its fluence, or what its minutes take of the day's budget."""
        if exposure.fluence_j_cm2 is not None:
            return exposure.fluence_j_cm2
        return exposure.on_s * self.day_j_cm2 / self.unknown_s

    def in_unknown_s(self, exposure: Exposure) -> float:
        """Its minutes, or what its fluence takes of the day's budget; seconds."""
        if exposure.fluence_j_cm2 is None:
            return exposure.on_s
        return exposure.fluence_j_cm2 * self.unknown_s / self.day_j_cm2


def forbid(asked: Asked, history: Sequence[Exposure], now: datetime, limits: Limits = POLICY) -> tuple[Reason, ...]:
    """Every ceiling that forbids this light, with when it lifts. Empty: none does."""
    budget = _checked(limits)
    if budget is None or not _sound(asked, history, now):
        return (say("limit_missing"),)
    reasons = _too_long(asked, history, budget)
    alone = _too_much_alone(asked, budget)
    for site in asked.sites:
        here = [exposure for exposure in history if site in exposure.sites]
        reasons += _gap(site, asked, here, now, budget)
        if not alone:
            reasons += _day(site, asked, here, now, budget) + _week(site, asked, here, now, budget)
    return tuple(reasons + alone)


def room_j_cm2(sites: Iterable[str], history: Sequence[Exposure], now: datetime, limits: Limits = POLICY) -> float:
    """The fluence that the fullest of these sites may still have now; 0 where a number is missing."""
    budget = _checked(limits)
    if budget is None or not all(_sound_exposure(exposure) for exposure in history):
        return 0.0
    rooms = []
    for site in sites:
        here = [exposure for exposure in history if site in exposure.sites]
        rooms.append(budget.day_j_cm2 - sum(budget.in_j_cm2(one) for one in _since(here, now - DAY)))
        rooms.append(budget.week_j_cm2 - sum(budget.in_j_cm2(one) for one in _since(here, now - WEEK)))
    return max(0.0, min(rooms, default=0.0))


def _too_long(asked: Asked, history: Sequence[Exposure], budget: _Budget) -> list[Reason]:
    before_s = sum(one.on_s for one in history if one.session_id == asked.session_id)
    if before_s + asked.duration_s <= budget.session_s:
        return []
    limit, room_s = figure(budget.session_s / 60), budget.session_s - before_s
    if room_s < 1:
        return [say("session_used_up", limit=limit)]
    return [say("session_too_long", limit=limit, total=at_least((before_s + asked.duration_s) / 60), room=at_most(room_s / 60))]


def _too_much_alone(asked: Asked, budget: _Budget) -> list[Reason]:
    if asked.fluence_j_cm2 is None:
        if asked.duration_s <= budget.unknown_s:
            return []
        return [say("unknown_irradiance_too_long", limit=figure(budget.unknown_s / 60))]
    limit = min(budget.day_j_cm2, budget.week_j_cm2)
    if asked.fluence_j_cm2 <= limit:
        return []
    return [say("dose_over_ceiling", wanted=at_least(asked.fluence_j_cm2), limit=figure(limit))]


def _gap(site: str, asked: Asked, here: Sequence[Exposure], now: datetime, budget: _Budget) -> list[Reason]:
    ends = [exposure.ended_at for exposure in here if exposure.session_id != asked.session_id]
    if not ends:
        return []
    lifts_at = max(ends) + timedelta(seconds=budget.gap_s)
    if now >= lifts_at:
        return []
    return [say("gap", about=site, lifts_at=lifts_at, place=in_words([site]), limit=figure(budget.gap_s / 3600))]


def _day(site: str, asked: Asked, here: Sequence[Exposure], now: datetime, budget: _Budget) -> list[Reason]:
    recent = _since(here, now - DAY)
    if asked.fluence_j_cm2 is None:
        spent = [(one.ended_at, budget.in_unknown_s(one)) for one in recent]
        lifts_at = _when_it_fits(spent, asked.duration_s, budget.unknown_s, DAY)
        if lifts_at is None:
            return []
        had = sum(seconds for _, seconds in spent)
        words = {
            "had": at_least(had / 60),
            "limit": figure(budget.unknown_s / 60),
            "room": _room(budget.unknown_s / 60, had / 60),
        }
        return [say("unknown_irradiance_24h", about=site, lifts_at=lifts_at, place=in_words([site]), **words)]
    spent = [(one.ended_at, budget.in_j_cm2(one)) for one in recent]
    lifts_at = _when_it_fits(spent, asked.fluence_j_cm2, budget.day_j_cm2, DAY)
    return _over("ceiling_24h", site, lifts_at, spent, asked.fluence_j_cm2, budget.day_j_cm2)


def _week(site: str, asked: Asked, here: Sequence[Exposure], now: datetime, budget: _Budget) -> list[Reason]:
    recent = _since(here, now - WEEK)
    wanted = asked.fluence_j_cm2
    if wanted is None:
        # minutes of unknown strength have a daily limit only; but they do not come on top of a full week of known dose
        recent = [one for one in recent if one.fluence_j_cm2 is not None]
        wanted = asked.duration_s * budget.day_j_cm2 / budget.unknown_s
    spent = [(one.ended_at, budget.in_j_cm2(one)) for one in recent]
    lifts_at = _when_it_fits(spent, wanted, budget.week_j_cm2, WEEK)
    return _over("ceiling_7d", site, lifts_at, spent, wanted, budget.week_j_cm2)


def _over(
    code: str, site: str, lifts_at: datetime | None, spent: Sequence[tuple[datetime, float]], wanted: float, limit: float
) -> list[Reason]:
    if lifts_at is None:
        return []
    had = sum(amount for _, amount in spent)
    words = {"had": at_least(had), "wanted": at_least(wanted), "limit": figure(limit), "room": _room(limit, had)}
    return [say(code, about=site, lifts_at=lifts_at, place=in_words([site]), **words)]


def _when_it_fits(spent: Sequence[tuple[datetime, float]], wanted: float, limit: float, window: timedelta) -> datetime | None:
    """None: it fits now. Otherwise when enough of the oldest has left the window."""
    left = sorted(spent)
    lifts_at = None
    while left and sum(amount for _, amount in left) + wanted > limit:
        lifts_at = left.pop(0)[0] + window
    return lifts_at


def _room(limit: float, had: float) -> str:
    return at_most(max(0.0, limit - had))


def _since(history: Iterable[Exposure], start: datetime) -> list[Exposure]:
    return [exposure for exposure in history if exposure.ended_at > start]


def _checked(limits: Limits) -> _Budget | None:
    values = astuple(limits)
    if any(value is None or not isfinite(value) or value <= 0 for value in values):
        return None
    return _Budget(*values)


def _sound(asked: Asked, history: Sequence[Exposure], now: datetime) -> bool:
    fluence = 0.0 if asked.fluence_j_cm2 is None else asked.fluence_j_cm2
    numbers = isfinite(asked.duration_s) and asked.duration_s > 0 and isfinite(fluence) and fluence >= 0
    return numbers and now.tzinfo is not None and all(_sound_exposure(exposure) for exposure in history)


def _sound_exposure(exposure: Exposure) -> bool:
    fluence = 0.0 if exposure.fluence_j_cm2 is None else exposure.fluence_j_cm2
    numbers = isfinite(exposure.on_s) and exposure.on_s >= 0 and isfinite(fluence) and fluence >= 0
    return numbers and exposure.ended_at.tzinfo is not None
