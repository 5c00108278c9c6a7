"""Start a session, or go on with a paused one: the one dangerous command (docs/bridge.md, "A start").

Everything is asked again inside one transaction that holds the person's and the panel's lock. No task and no sync code reaches
this module, even indirectly.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import structlog
from django.db import transaction
from pydantic import Field

from ble_bridge.contract import limits, wire
from sessions_app.accounts.models import User
from sessions_app.clock import Moment
from sessions_app.panels import commands, notes, reach
from sessions_app.panels.models import Command, Panel
from sessions_app.panels.phone_wire import CheckBody
from sessions_app.problems import FieldProblem, Problem
from sessions_app.strict import Schema
from sessions_app.therapy import runs, tickets, view
from sessions_app.therapy.checking import Judged, clearance_of, judge
from sessions_app.therapy.models import Run, Session

log = structlog.stdlib.get_logger(__name__)


class StartBody(Schema):
    """A start as a person asks for it, having held the button."""

    plan: CheckBody
    """The very plan that the ticket was given for."""
    ticket: Annotated[str, Field(max_length=1_000)]
    person_id: UUID
    """Whom the screen showed, and on a shared panel asked "is this you?" [M51]."""
    eyewear_confirmed: bool
    run_no: Annotated[int, Field(ge=1, le=1000)]
    """1, or one more than the run that the pause ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    session: Session
    command: Command
    stop_token: str


@dataclass(frozen=True, slots=True)
class _Call:
    trace: str
    life_ms: int
    """What was left of the ticket: the command lives no longer, so that nothing is lit 10 s after the person was let (P4)."""
    now: Moment


def start(user: User, device: str, wanted: StartBody, trace: str, now: Moment) -> Started:
    """Record the session, its run and the command, and ring the bridge after the commit.

    The same start again is answered the same and starts nothing again. Problems: 404 for a panel that is not theirs; 409
    `other_person`, `account_closed`, `ticket_expired`, `ticket_invalid`, `not_allowed` with every reason, `run_no_wrong`,
    `panel_changed`, `id_taken`; 422 `eyewear_missing`.
    """
    plan = wanted.plan
    if wanted.person_id != user.pk:
        raise Problem(
            409,
            "other_person",
            "This start is for somebody else than who is signed in on this phone, so nothing was started.",
            "See whose name stands there, then start again.",
        )
    life_ms = tickets.verify(wanted.ticket, user.pk, device, plan, now)
    if not (wanted.eyewear_confirmed and plan.eyewear):
        raise Problem(422, "eyewear_missing", "Eyewear was not confirmed.", "Put eyewear on, everyone in the light, and confirm.")
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.closed_at is not None:
            raise Problem(409, "account_closed", "This account was closed, so nothing was started.", "Sign in to open it again.")
        reach.panel_of(user, plan.panel_id)
        panel = Panel.objects.select_for_update(of=("self",)).select_related("bridge").get(pk=plan.panel_id)
        session = Session.objects.filter(pk=plan.session_id).first()
        before = _same_again(user, session, wanted)
        if before is not None:
            return before
        judged = judge(user, panel, plan, now)
        if not judged.allowed:
            raise _refused(judged)
        _check_run_no(session, wanted.run_no)
        return _begin(user, panel, session, wanted, judged, _Call(trace, life_ms, now))


def _same_again(user: User, session: Session | None, wanted: StartBody) -> Started | None:
    """A phone that did not hear the answer asks again: it gets it, and nothing is started twice."""
    if session is None:
        return None
    if session.user_id != user.pk:
        raise Problem(409, "id_taken", "This id is taken already.", "Start again.")
    run = Run.objects.filter(session=session, run_no=wanted.run_no).first()
    if run is None:
        return None
    command = Command.objects.filter(pk=run.command_id).first()
    if command is None or session.panel_id != wanted.plan.panel_id:
        raise Problem(409, "run_no_wrong", "This run is over.", "Go back to the session.")
    if not _same_plan(session, command, wanted.plan):
        raise Problem(409, "run_no_wrong", "This run was started with another plan.", "Go back to the session.")
    return Started(session=session, command=command, stop_token=view.stop_token(session, run.run_no))


def _same_plan(session: Session, command: Command, plan: CheckBody) -> bool:
    asked = wire.StartArgs.model_validate(command.args)
    return (asked.duration_s, asked.levels_pct, sorted(session.sites), session.distance_cm) == (
        plan.duration_s, plan.levels_pct, sorted(plan.sites), plan.distance_cm
    )  # fmt: skip


def _check_run_no(session: Session | None, run_no: int) -> None:
    expected = 1 if session is None else session.run_no + 1
    if run_no != expected:
        raise Problem(409, "run_no_wrong", "This is not the session's next run.", "Go back to the session.")


def _refused(judged: Judged) -> Problem:
    first = judged.reasons[0]
    errors = [FieldProblem(field=one.about or "plan", code=one.code, message=one.sentence) for one in judged.reasons]
    return Problem(409, "not_allowed", first.sentence, first.asks, errors=errors)


def _begin(user: User, panel: Panel, session: Session | None, wanted: StartBody, judged: Judged, call: _Call) -> Started:
    now = call.now
    clearance = clearance_of(judged.decision)
    attended = panel.safety == Panel.Safety.NONE
    session = _session(user, panel, session, wanted, judged, clearance, now)
    args = wire.StartArgs(
        session_id=session.pk,
        run_no=wanted.run_no,
        panel_id=panel.pk,
        duration_s=wanted.plan.duration_s,
        levels_pct=wanted.plan.levels_pct,
        ramp_s=min(limits.RAMP_S, wanted.plan.duration_s // 2),
        attended=attended,
    )
    command = commands.order(
        commands.Order(
            bridge_id=panel.bridge_id,
            user_id=user.pk,
            args=args,
            trace=call.trace,
            panel_id=panel.pk,
            clearance=clearance,
            life_ms=call.life_ms,
        ),
        now,
    )
    levels = {str(nm): level for nm, level in wanted.plan.levels_pct.items()}
    Run.objects.create(
        session=session,
        run_no=wanted.run_no,
        command_id=command.pk,
        duration_s=wanted.plan.duration_s,
        levels_pct=levels,
        highest_pct=levels,
        requested_at=now.wall,
    )
    runs.tell(session)
    notes.command(command)
    log.info("start asked", session_id=str(session.pk), run_no=wanted.run_no, panel_id=str(panel.pk), trace=call.trace)
    return Started(session=session, command=command, stop_token=view.stop_token(session, wanted.run_no))


def _session(
    user: User,
    panel: Panel,
    session: Session | None,
    wanted: StartBody,
    judged: Judged,
    clearance: wire.Clearance,
    now: Moment,
) -> Session:
    """The open session that leases the panel: made by the first run, gone on with by the next. Its clearance is frozen here."""
    plan = wanted.plan
    irradiance = judged.decision.clearance.irradiance_mw_cm2 if judged.decision.clearance else None
    frozen = {str(nm): value for nm, value in irradiance.items()} if irradiance is not None else None
    if session is not None and session.irradiance_mw_cm2 != frozen:
        raise Problem(
            409, "panel_changed", "What is known of the panel's light has changed.", "Stop this session, start a new one."
        )
    if session is None:
        session = Session(
            id=plan.session_id,
            user=user,
            panel=panel,
            regimen_id=plan.regimen_id,
            sites=plan.sites,
            distance_cm=plan.distance_cm,
            planned_duration_s=plan.duration_s,
            planned_levels_pct={str(nm): level for nm, level in plan.levels_pct.items()},
            requested_at=now.wall,
            irradiance_mw_cm2=frozen,
        )
    session.provenance = judged.decision.provenance
    session.clearance = clearance.model_dump(mode="json")
    session.attended = panel.safety == Panel.Safety.NONE
    session.eyewear_confirmed_at = now.wall
    session.state = Session.State.REQUESTED
    session.run_no = wanted.run_no
    session.save()
    return session
