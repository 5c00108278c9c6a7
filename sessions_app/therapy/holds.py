"""A place that reacted is held: no start on it until it is released.

Swelling, headache and lasting redness hold the site and are released by the person after a stated time; a blister holds the
site and trouble with the eyes every site until a clinician has agreed. Source: docs/evidence.md, "Holds" (policy).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sessions_app.localtime import day_of
from sessions_app.reasons import Reason
from sessions_app.screening.sites import in_words
from sessions_app.therapy.values import CheckIn, Release
from sessions_app.therapy.wording import day_in_words, say

EVERYWHERE: Final = "all"
RELEASE_AFTER: Final = timedelta(hours=24)
"""After swelling or a headache (policy)."""
RELEASE_AFTER_REDNESS: Final = timedelta(hours=48)
"""After lasting redness (policy)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What stands in the way of every start on a site."""

    checkin_id: str
    site: str
    """A site id, or `all`."""
    signs: tuple[str, ...]
    """In words, for a sentence."""
    needs: Literal["self", "clinician"]
    noted_at: datetime
    wait: timedelta | None
    """How long the person waits before releasing it; None where only a clinician's agreement does."""
    releasable_at: datetime | None
    """From when the person may release it."""


def holds_of(checkin: CheckIn) -> tuple[Hold, ...]:
    """Every hold that this check-in asks for, released or not."""
    sites = checkin.sites or (EVERYWHERE,)
    found = [hold for site in sites for hold in _on_site(checkin, site)]
    if checkin.eye_trouble:
        found.append(_hold(checkin, EVERYWHERE, ("trouble with your eyes",), None))
    return tuple(found)


def in_force(checkins: Iterable[CheckIn], releases: Sequence[Release], now: datetime) -> tuple[Hold, ...]:
    """The holds that nothing has released yet, the newest first."""
    found = [
        hold
        for checkin in checkins
        for hold in holds_of(checkin)
        if not any(_released(hold, checkin, release, now) for release in releases)
    ]
    return tuple(sorted(found, key=lambda hold: hold.noted_at, reverse=True))


def forbid(sites: Iterable[str], holds: Iterable[Hold], zone: str) -> tuple[Reason, ...]:
    """The reason of every hold that one of these sites falls under. `zone` (IANA) is for the day in the sentence."""
    wanted = set(sites)
    return tuple(_reason(hold, zone) for hold in holds if hold.site == EVERYWHERE or hold.site in wanted)


def _on_site(checkin: CheckIn, site: str) -> list[Hold]:
    found = []
    if checkin.blister:
        found.append(_hold(checkin, site, ("a blister",), None))
    signs = [
        ("swelling", checkin.swelling > 0, RELEASE_AFTER),
        ("headache", checkin.headache > 0, RELEASE_AFTER),
        ("lasting redness", checkin.redness_lasting, RELEASE_AFTER_REDNESS),
    ]
    noted = [(sign, after) for sign, seen, after in signs if seen]
    if noted:
        found.append(_hold(checkin, site, tuple(sign for sign, _ in noted), max(after for _, after in noted)))
    return found


def _hold(checkin: CheckIn, site: str, signs: tuple[str, ...], after: timedelta | None) -> Hold:
    # of the phone's and the server's time the later one: a slow clock does not shorten a hold
    since = max(checkin.at, checkin.stored_at or checkin.at)
    return Hold(
        checkin_id=checkin.id,
        site=site,
        signs=signs,
        needs="clinician" if after is None else "self",
        noted_at=checkin.at,
        wait=after,
        releasable_at=None if after is None else since + after,
    )


def _released(hold: Hold, checkin: CheckIn, release: Release, now: datetime) -> bool:
    if release.checkin_id != hold.checkin_id or release.site != hold.site:
        return False
    if release.kind == "clinician":
        return _agreed_after(checkin, release, now)
    if hold.wait is None or hold.releasable_at is None:
        return False
    # the person waited by their own clock, and the time has passed by the server's too
    return release.at >= checkin.at + hold.wait and now >= max(release.at, hold.releasable_at)


def _agreed_after(checkin: CheckIn, release: Release, now: datetime) -> bool:
    """Dates carry no zone: a day either way is allowed."""
    if release.agreed_on is None:
        return False
    day = timedelta(days=1)
    return (checkin.at - day).date() <= release.agreed_on <= (now + day).date()


def _reason(hold: Hold, zone: str) -> Reason:
    if hold.site != EVERYWHERE:
        code = "hold_site_clinician" if hold.needs == "clinician" else "hold_site"
    elif hold.needs == "self":
        code = "hold_all_self"
    else:
        code = "hold_all" if "trouble with your eyes" in hold.signs else "hold_all_clinician"
    day = day_in_words(day_of(hold.noted_at, zone))
    place = "" if hold.site == EVERYWHERE else in_words([hold.site])
    return say(code, about=hold.site, lifts_at=hold.releasable_at, place=place, signs=_and(hold.signs), day=day)


def _and(signs: tuple[str, ...]) -> str:
    return signs[0] if len(signs) == 1 else ", ".join(signs[:-1]) + " and " + signs[-1]
