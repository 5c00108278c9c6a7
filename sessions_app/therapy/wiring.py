"""Connect the slice to the lines of `panels`, which may not import it. Called once, when the app is ready."""

from typing import Any
from uuid import UUID

from django.db.models.signals import pre_delete

from sessions_app import clock, trace
from sessions_app.accounts.closing import account_closes
from sessions_app.accounts.household import member_goes
from sessions_app.accounts.models import User
from sessions_app.accounts.services import consent_withdrawn
from sessions_app.clock import Moment
from sessions_app.panels import doorbell, passport, ports
from sessions_app.panels.enrolment.tokens import cut
from sessions_app.panels.line import REVOKED
from sessions_app.panels.phone_wire import SetLevels
from sessions_app.therapy import checking, closing, levels, stop_rows, stopping, telemetry
from sessions_app.therapy.models import Session


def connect() -> None:
    ports.connect(
        ports.Ports(
            begin=telemetry.begin,
            caught_up=closing.caught_up,
            store=telemetry.store,
            answered=closing.answered,
            person_of=person_of,
            check=checking.ticket_note,
            bridge_of=bridge_of,
            set_levels=set_levels,
            flush=flush,
        )
    )
    cut.connect(_bridge_cut, dispatch_uid="therapy.bridge_cut")
    consent_withdrawn.connect(_stop_all, dispatch_uid="therapy.consent_goes")
    account_closes.connect(_stop_all, dispatch_uid="therapy.account_closes")
    member_goes.connect(_member_goes, dispatch_uid="therapy.member_goes")
    pre_delete.connect(_person_goes, sender=User, dispatch_uid="therapy.person_goes")


def _person_goes(instance: User, **_: Any) -> None:
    """With a person their sessions go; a guest's time may end in one. The lamp does not stay lit for nobody [A3], and the panel
    keeps how long it shone [A8]."""
    stopping.person(instance.pk, trace.current())
    passport.take_over(instance.pk)


def _stop_all(user: User, **_: Any) -> None:
    stopping.everything_of(user.pk, trace.current(), clock.now())


def _member_goes(user: User, household_id: UUID, **_: Any) -> None:
    stopping.everything_of(user.pk, trace.current(), clock.now(), household_id)


def set_levels(user_id: UUID, wanted: SetLevels, of: str, now: Moment) -> None:
    levels.change(user_id, wanted.session_id, wanted.levels_pct, of, now)


def flush() -> None:
    stop_rows.flush(1.0)


def _bridge_cut(bridge_id: UUID, reason: str, **_: Any) -> None:
    """A bridge is let in no longer: stop what runs there, then close its line [B4]."""
    stopping.bridge(bridge_id, trace.current(), clock.now())
    doorbell.close(bridge_id, REVOKED, reason)


def person_of(session_id: UUID) -> UUID | None:
    return Session.objects.filter(pk=session_id).values_list("user_id", flat=True).first()


def bridge_of(user_id: UUID, session_id: UUID) -> UUID | None:
    open_ = Session.objects.filter(pk=session_id, user_id=user_id).exclude(state=Session.State.ENDED)
    return open_.values_list("panel__bridge_id", flat=True).first()
