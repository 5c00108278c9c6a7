"""The owner's side of enrolment: look at who asks, approve or deny. The bridge's side is in `views.py`."""

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from sessions_app.accounts.access import anyone, person
from sessions_app.panels.enrolment import grant, services
from sessions_app.problems import refuses
from sessions_app.strict import Instant, Schema
from sessions_app.throttle import Rate

router = Router(tags=["enrolment"])
TRIES = Rate("enrol-code", 20, per_s=60)
"""A code has 35 bits and lives ten minutes: nobody guesses it at this rate."""


class EndpointsOut(Schema):
    """Where a bridge goes to be enrolled (RFC 8628)."""

    device_authorization_endpoint: str
    token_endpoint: str
    client_id: str
    scope: str


class CodeIn(Schema):
    user_code: Annotated[str, Field(min_length=1, max_length=20)]


class ApproveIn(CodeIn):
    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    household_id: UUID | None = Field(default=None, description="Left out: where it was before, else the person's first.")


class OwnedOut(Schema):
    id: UUID
    name: str


class AskingOut(Schema):
    """The bridge that waits, as it calls itself: nothing of it is proven yet."""

    name: str
    software: str
    asked_at: Instant
    expires_at: Instant
    households: list[OwnedOut] = Field(description="Into which the person may let it, the one to propose first.")
    again: bool = Field(description="It was in the first of these before, and there it keeps its panels.")


class EnrolledOut(Schema):
    id: UUID
    name: str
    software: str


@router.get("/bridges/enrol/endpoints", response=EndpointsOut, auth=anyone)
def enrolment_endpoints(request: HttpRequest) -> EndpointsOut:
    return EndpointsOut(
        device_authorization_endpoint=_address(request, "enrol-device"),
        token_endpoint=_address(request, "enrol-token"),
        client_id=grant.CLIENT_ID,
        scope=grant.SCOPE,
    )


def _address(request: HttpRequest, name: str) -> str:
    """By the way that the bridge came: on the server's own machine it need not know the certificate of the origin."""
    if request.get_host() == urlsplit(settings.ORIGIN).netloc:
        return str(settings.ORIGIN) + reverse(name)
    return request.build_absolute_uri(reverse(name))


@router.post("/bridges/enrol/lookup", response={200: AskingOut, **refuses(403, 404)}, throttle=[TRIES])
def enrolment_lookup(request: HttpRequest, wanted: CodeIn) -> AskingOut:
    """Who waits behind this code? Owners only."""
    owned = services.owned_households(person(request))
    found = services.waiting(wanted.user_code, timezone.now())
    home = services.home_of(found, owned)
    return AskingOut(
        name=found.name,
        software=found.software,
        asked_at=found.stored_at,
        expires_at=found.expires_at,
        households=[OwnedOut.model_validate(one) for one in (home, *(one for one in owned if one.pk != home.pk))],
        again=found.former is not None and found.former.household_id == home.pk,
    )


@router.post("/bridges/enrol/approve", response={201: EnrolledOut, **refuses(403, 404, 409)}, throttle=[TRIES])
def enrolment_approve(request: HttpRequest, wanted: ApproveIn) -> Status[EnrolledOut]:
    """Let the bridge into a household of mine. Owners only."""
    bridge = services.approve(person(request), wanted.user_code, wanted.name, timezone.now(), wanted.household_id)
    return Status(201, EnrolledOut.model_validate(bridge))


@router.delete("/bridges/{bridge_id}", response={204: None, **refuses(403)})
def revoke_bridge(request: HttpRequest, bridge_id: UUID) -> Status[None]:
    """The bridge is let in no longer: what runs is stopped and its line closed. Owners only."""
    services.revoke(person(request), bridge_id, timezone.now())
    return Status(204, None)


@router.post("/bridges/enrol/deny", response={204: None, **refuses(403, 404)}, throttle=[TRIES])
def enrolment_deny(request: HttpRequest, wanted: CodeIn) -> Status[None]:
    services.deny(person(request), wanted.user_code, timezone.now())
    return Status(204, None)
