"""The household: its name, its people, and invitations (docs/household.md)."""

from typing import Annotated, Literal
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AfterValidator, Field

from sessions_app import names
from sessions_app.accounts import household as households
from sessions_app.accounts import invitations, rules
from sessions_app.accounts.access import anyone, person
from sessions_app.accounts.models import Invitation, User
from sessions_app.problems import refuses
from sessions_app.strict import Instant, Schema
from sessions_app.throttle import Rate

router = Router(tags=["household"])
Name = Annotated[str, Field(min_length=1, max_length=names.MAX_NAME, pattern=r"\S"), AfterValidator(names.given)]
Code = Annotated[str, Field(min_length=1, max_length=300, description="The code, or the whole link.")]


class HouseholdPatch(Schema):
    name: Name


class RoleIn(Schema):
    role: Literal["owner", "member"]


class InvitationCodeIn(Schema):
    code: Code


class InvitationOut(Schema):
    id: UUID
    made_by: str
    made_at: Instant
    expires_at: Instant


class NewInvitationOut(InvitationOut):
    """Told once: the server keeps only a hash of the code."""

    code: str = Field(description="As it is read aloud: BCDF-GHJK-LMNP-QRST.")
    link: str = Field(description="What follows the # is not sent to any server when the link is opened.")
    qr: list[str] = Field(description="The link as a QR code: rows of 0 (light) and 1 (dark), without a border.")


class InvitedOut(Schema):
    household: str
    made_by: str
    expires_at: Instant
    leaves: list[str] = Field(description="Names of the person's own households that are dropped on joining: nothing is in them.")
    keeps: list[str] = Field(description="Names of the households that they stay in.")
    member: bool = Field(description="They are in this household already.")


class JoinedOut(Schema):
    household_id: UUID


@router.patch("/households/{household_id}", response={204: None, **refuses(403, 404)})
def rename(request: HttpRequest, household_id: UUID, wanted: HouseholdPatch) -> Status[None]:
    households.rename(person(request), household_id, wanted.name)
    return Status(204, None)


@router.patch("/households/{household_id}/members/{user_id}", response={204: None, **refuses(403, 404, 409)})
def change_role(request: HttpRequest, household_id: UUID, user_id: UUID, wanted: RoleIn) -> Status[None]:
    """Make somebody an owner too, or oneself a member."""
    households.change_role(person(request), household_id, user_id, wanted.role)
    return Status(204, None)


@router.delete("/households/{household_id}/members/{user_id}", response={204: None, **refuses(403, 404, 409)})
def remove(request: HttpRequest, household_id: UUID, user_id: UUID) -> Status[None]:
    """Remove a member. What runs for them here is stopped first; their records stay theirs."""
    households.remove(person(request), household_id, user_id, timezone.now())
    return Status(204, None)


@router.post("/households/{household_id}/leave", response={204: None, **refuses(404, 409)})
def leave(request: HttpRequest, household_id: UUID) -> Status[None]:
    """Leave it. What runs for oneself here is stopped first."""
    households.leave(person(request), household_id, timezone.now())
    return Status(204, None)


@router.get("/households/{household_id}/invitations", response={200: list[InvitationOut], **refuses(403, 404)})
def open_invitations(request: HttpRequest, household_id: UUID) -> list[InvitationOut]:
    """Those that still let somebody in."""
    household = households.owned(person(request), household_id)
    return [_out(one) for one in invitations.open_of(household, timezone.now()).select_related("made_by")]


@router.post(
    "/households/{household_id}/invitations",
    response={201: NewInvitationOut, **refuses(403, 404, 409)},
    throttle=[Rate("invite", 30, per_s=3600)],
)
def invite(request: HttpRequest, household_id: UUID) -> Status[NewInvitationOut]:
    """One person may join by it, once, within a day."""
    made = invitations.make(person(request), household_id, timezone.now())
    link = f"{settings.ORIGIN}/invited#{made.code}"
    qr = segno.make(link, micro=False, error="m").matrix
    rows = ["".join(str(int(module)) for module in row) for row in qr]
    return Status(201, NewInvitationOut(**dict(_out(made.invitation)), code=rules.shown(made.code), link=link, qr=rows))


@router.delete("/households/{household_id}/invitations/{invitation_id}", response={204: None, **refuses(403, 404)})
def take_back(request: HttpRequest, household_id: UUID, invitation_id: UUID) -> Status[None]:
    invitations.take_back(person(request), household_id, invitation_id)
    return Status(204, None)


@router.post(
    "/invitations/look", response={200: InvitedOut, **refuses(404)}, auth=anyone, throttle=[Rate("invited", 30, per_s=300)]
)
def look(request: HttpRequest, wanted: InvitationCodeIn) -> InvitedOut:
    """Into which household, who asks, and what joining would change. Nothing happens by looking."""
    user = request.user if isinstance(request.user, User) else None
    found = invitations.find(wanted.code, timezone.now(), user)
    mine = [one.household for one in user.memberships.select_related("household").filter(household__demo=False)] if user else []
    dropped = {one.pk for one in invitations.empty_of(user, found.household)} if user else set()
    return InvitedOut(
        household=found.household.name,
        made_by=found.made_by.shown_name,
        expires_at=found.expires_at,
        leaves=[one.name for one in mine if one.pk in dropped],
        keeps=[one.name for one in mine if one.pk not in dropped and one.pk != found.household_id],
        member=any(one.pk == found.household_id for one in mine),
    )


@router.post("/invitations/join", response={201: JoinedOut, **refuses(404, 409)}, throttle=[Rate("invited", 30, per_s=300)])
def join(request: HttpRequest, wanted: InvitationCodeIn) -> Status[JoinedOut]:
    """Join by this code, having been told what that means."""
    member = invitations.join(person(request), wanted.code, timezone.now())
    return Status(201, JoinedOut(household_id=member.household_id))


def _out(invitation: Invitation) -> InvitationOut:
    return InvitationOut(
        id=invitation.pk,
        made_by=invitation.made_by.shown_name,
        made_at=invitation.stored_at,
        expires_at=invitation.expires_at,
    )
