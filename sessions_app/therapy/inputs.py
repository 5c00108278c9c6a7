"""What the decision takes, read from the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sessions_app.accounts.models import User
from sessions_app.panels.models import Panel
from sessions_app.screening import queries
from sessions_app.screening.rules import needs_guardian
from sessions_app.therapy.history import exposures_of
from sessions_app.therapy.jumps import Jump, counted_from
from sessions_app.therapy.models import CheckIn as CheckInRow
from sessions_app.therapy.models import HoldRelease
from sessions_app.therapy.values import Channel, CheckIn, Person, Release


def person_of(user: User, now: datetime, jumps: Sequence[Jump] = ()) -> Person:
    """Everything about the person that a start at `now` (UTC) depends on, with the jumps that the clock made."""
    answered = queries.answered_by(user)
    return Person(
        person_id=str(user.id),
        zone=user.zone,
        screening=answered,
        agreements=queries.agreements_of(user),
        phototype=user.phototype,
        guardian=needs_guardian(answered) and queries.has_guardian(user),
        history=exposures_of(user, now, jumps),
        checkins=checkins_of(user, jumps),
        releases=releases_of(user),
    )


def channels_of(panel: Panel) -> tuple[Channel, ...]:
    """The panel's light, as its owner confirmed it."""
    return tuple(
        Channel(
            wavelength_nm=one["wavelength_nm"],
            min_pct=one["min_pct"],
            max_pct=one["max_pct"],
            irradiance=tuple((point["distance_cm"], point["irradiance_mw_cm2"]) for point in one.get("irradiance", [])),
            provenance=one.get("provenance", "unknown"),
        )
        for one in panel.channels
    )


def checkins_of(user: User, jumps: Sequence[Jump] = ()) -> tuple[CheckIn, ...]:
    """All of them: a hold has no end of its own."""
    return tuple(
        CheckIn(
            id=str(one.id),
            sites=tuple(one.sites),
            at=one.at,
            stored_at=counted_from(one.known_at, jumps),
            swelling=one.swelling,
            headache=one.headache,
            redness_lasting=one.redness_lasting,
            blister=one.blister,
            eye_trouble=one.eye_trouble,
        )
        for one in CheckInRow.objects.filter(user=user, superseded_by=None).order_by("at", "id")
    )


def releases_of(user: User) -> tuple[Release, ...]:
    return tuple(
        Release(checkin_id=str(one.checkin_id), site=one.site, kind=_kind(one), agreed_on=one.agreed_on, at=one.at)
        for one in HoldRelease.objects.filter(user=user, superseded_by=None).order_by("at", "id")
    )


def _kind(release: HoldRelease) -> Literal["self", "clinician"]:
    return "clinician" if release.kind == "clinician" else "self"
