"""Change the levels of a run that is lit: within its clearance and what the panel can do, never beyond."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from ble_bridge.contract import wire
from sessions_app import durability
from sessions_app.accounts.models import User
from sessions_app.clock import Moment
from sessions_app.panels import commands, notes
from sessions_app.panels.models import Command
from sessions_app.problems import FieldProblem, Problem, not_found
from sessions_app.therapy import inputs
from sessions_app.therapy.models import Run, Session
from sessions_app.therapy.values import Channel

LIT = (Session.State.REQUESTED, Session.State.ARMING, Session.State.RUNNING, Session.State.COMMANDED)


def own(user: User, session_id: UUID) -> Session:
    """A session of this person. Problem 404."""
    session = Session.objects.select_related("panel__bridge").filter(pk=session_id, user=user).first()
    if session is None:
        raise not_found("This session")
    return session


def change(user_id: UUID, session_id: UUID, levels_pct: dict[int, int], trace: str, now: Moment) -> Command:
    """Ask the bridge for other levels. Problems: 404; 409 `not_running`; 422 `invalid` out of its range."""
    with durability.until_power_fails():
        run = _newest_run(user_id, session_id)
        if run is None and not Session.objects.filter(pk=session_id, user_id=user_id).exists():
            raise not_found("This session")
        if run is None or run.session.state not in LIT or run.wish:
            raise Problem(409, "not_running", "No light is on in this session.", "Go on with it first.")
        _check(levels_pct, wire.Clearance.model_validate(run.session.clearance), inputs.channels_of(run.session.panel))
        _remember(run, levels_pct)
        panel = run.session.panel
        args = wire.SetLevelsArgs(session_id=session_id, panel_id=panel.pk, levels_pct=levels_pct)
        order = commands.Order(bridge_id=panel.bridge_id, user_id=user_id, args=args, trace=trace, panel_id=panel.pk)
        command = commands.order(order, now)
        notes.command(command)
        return command


def _newest_run(user_id: UUID, session_id: UUID) -> Run | None:
    """In one query and with no more than is looked at here: a thumb on a fader waits for it."""
    newest = Run.objects.filter(session_id=session_id, session__user_id=user_id, run_no=F("session__run_no"))
    of_session = ("session__state", "session__clearance", "session__panel__bridge", "session__panel__channels")
    needed = ("wish", "levels_pct", "highest_pct", *of_session)
    return newest.select_related("session__panel").only(*needed).select_for_update(of=("self", "session")).order_by().first()


def _check(levels_pct: dict[int, int], clearance: wire.Clearance, channels: Sequence[Channel]) -> None:
    lowest = {channel.wavelength_nm: channel.min_pct for channel in channels}
    errors = []
    for nm, level in levels_pct.items():
        highest = clearance.max_level_pct.get(nm)
        if highest is None:
            errors.append(FieldProblem(field=f"levels_pct.{nm}", code="not_cleared", message=f"{nm} nm is not in this session."))
        elif level > highest:
            message = f"{nm} nm may go up to {highest} % in this session."
            errors.append(FieldProblem(field=f"levels_pct.{nm}", code="over_clearance", message=message))
        elif 0 < level < lowest.get(nm, 100):
            message = f"{nm} nm cannot be dimmed below {lowest.get(nm, 100):g} % on this panel; 0 turns it off."
            errors.append(FieldProblem(field=f"levels_pct.{nm}", code="under_range", message=message))
    if not any(levels_pct.values()):
        errors.append(FieldProblem(field="levels_pct", code="no_light", message="All levels are 0: use stop or pause."))
    if errors:
        raise Problem(422, "invalid", errors[0].message, "Choose levels within the session's limits.", errors=errors)


def _remember(run: Run, levels_pct: dict[int, int]) -> None:
    """The highest level that was asked for bounds what an unreported stretch may have delivered, so it only ever rises."""
    run.levels_pct = {**run.levels_pct, **{str(nm): level for nm, level in levels_pct.items()}}
    highest = dict(run.highest_pct)
    for nm, level in levels_pct.items():
        highest[str(nm)] = max(level, highest.get(str(nm), 0))
    run.highest_pct = highest
    run.save(update_fields=["levels_pct", "highest_pct"])
