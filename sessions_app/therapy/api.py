"""Check, start, levels, pause, stop: a session as a person runs it."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from ble_bridge.contract import limits, wire
from sessions_app import clock, trace
from sessions_app.accounts.access import person
from sessions_app.panels import doorbell, reach
from sessions_app.panels.phone_auth import device_of
from sessions_app.panels.phone_wire import CheckBody, Verdict
from sessions_app.problems import Problem, not_found, refuses
from sessions_app.strict import Instant, Schema
from sessions_app.therapy import checking, levels, start, stopping
from sessions_app.therapy.models import Session
from sessions_app.therapy.view import SessionOut, session_out
from sessions_app.throttle import Rate

router = Router(tags=["therapy"])


class StartedOut(Schema):
    session_id: UUID
    command_id: UUID
    stop_token: str = Field(description="Stops this run, also while the database is busy. Keep it until the session has ended.")
    expires_at: Instant = Field(description="If the panel is not lit by then, it never will be.")


class StopIn(Schema):
    stop_token: Annotated[str, Field(max_length=1_000)]
    emergency: bool = Field(default=False, description="Use the panel's own emergency stop at once.")


class PanelStopIn(Schema):
    emergency: bool = False


class StopOut(Schema):
    sent: bool = Field(description="The bell was rung. False: no bridge hears it now; it is kept, and told when one is back.")


class LevelsIn(Schema):
    levels_pct: Annotated[wire.Levels, Field(min_length=1, max_length=limits.MAX_CHANNELS)]


class OrderedOut(Schema):
    command_id: UUID
    expires_at: Instant


@router.post("/therapy/check", response={200: Verdict, **refuses(403, 404)}, throttle=[Rate("check", 120, per_s=60)])
def check(request: HttpRequest, plan: CheckBody) -> Verdict:
    """May I start this? With every reason against it, and a ticket for the start if I may. Asking starts nothing."""
    return checking.check(person(request), _device(request), plan, clock.now())


@router.post("/therapy/start", response={202: StartedOut, **refuses(403, 404, 409, 422)}, throttle=[Rate("start", 30, per_s=60)])
def start_session(request: HttpRequest, wanted: start.StartBody) -> Status[StartedOut]:
    """Start a session, or go on with a paused one. Held up for 10 s it lights nothing; sent twice it acts once."""
    started = start.start(person(request), _device(request), wanted, trace.current(), clock.now())
    return Status(
        202,
        StartedOut(
            session_id=started.session.pk,
            command_id=started.command.pk,
            stop_token=started.stop_token,
            expires_at=started.command.expires_at,
        ),
    )


# The token itself is the authority: a stop must work for whoever holds it, signed out or with a stale page.
@router.post("/therapy/stop", response={202: StopOut, **refuses(403)}, auth=None)
async def stop(request: HttpRequest, wanted: StopIn) -> Status[StopOut]:
    """Stop one run at once. No database stands before the bell. Send it again until the panel is confirmed off."""
    sent = await stopping.by_token(wanted.stop_token, emergency=wanted.emergency, trace=trace.current())
    return Status(202, StopOut(sent=sent))


@router.post("/therapy/panels/{panel_id}/stop", response={202: StopOut, **refuses(404)})
def stop_panel(request: HttpRequest, panel_id: UUID, wanted: PanelStopIn) -> Status[StopOut]:
    """Stop whatever is on this panel, whoever started it. Every member of the household may."""
    panel = reach.panels_of(person(request)).filter(pk=panel_id).first()
    if panel is None:
        raise not_found("This panel")
    now = clock.now()
    stop = stopping.panel(panel, emergency=wanted.emergency, trace=trace.current())
    stopping.kept_soon(panel.bridge_id, stop, person(request).pk, now)
    return Status(202, StopOut(sent=reach.is_there(panel.bridge, now)))


@router.get("/therapy/sessions/{session_id}", response={200: SessionOut, **refuses(404)})
def session(request: HttpRequest, session_id: UUID) -> SessionOut:
    return session_out(levels.own(person(request), session_id))


@router.post(
    "/therapy/sessions/{session_id}/levels",
    response={202: OrderedOut, **refuses(404, 409, 422)},
    throttle=[Rate("levels", 240, per_s=60)],
)
def change_levels(request: HttpRequest, session_id: UUID, wanted: LevelsIn) -> Status[OrderedOut]:
    """Other levels in a run, each wavelength apart, within the session's clearance."""
    command = levels.change(person(request).pk, session_id, wanted.levels_pct, trace.current(), clock.now())
    return Status(202, OrderedOut(command_id=command.pk, expires_at=command.expires_at))


@router.post("/therapy/sessions/{session_id}/pause", response={202: StopOut, **refuses(404, 409)})
def pause(request: HttpRequest, session_id: UUID) -> Status[StopOut]:
    """Turn the light off and keep the session open. Going on is a start with every check made again."""
    session = levels.own(person(request), session_id)
    if session.state == Session.State.PAUSED:
        return Status(202, StopOut(sent=True))  # asked again before the answer was heard
    if session.state == Session.State.ENDED:
        raise Problem(409, "not_running", "No light is on in this session.", "Start a new one.")
    now = clock.now()
    stopping.pause(session, session.user_id, trace.current(), now)
    return Status(202, StopOut(sent=reach.is_there(session.panel.bridge, now)))


@router.post("/therapy/sessions/{session_id}/still-here", response={204: None, **refuses(404, 409)})
def still_here(request: HttpRequest, session_id: UUID) -> Status[None]:
    """I am still here: asked at least every two minutes beside a panel without a fail-safe of its own."""
    session = levels.own(person(request), session_id)
    if session.state == Session.State.ENDED:
        raise Problem(409, "not_running", "This session has ended.", "Start a new one.")
    doorbell.send(session.panel.bridge_id, wire.StillHere(session_id=session.pk))
    return Status(204, None)


def _device(request: HttpRequest) -> str:
    return device_of(request.session.session_key or "")
