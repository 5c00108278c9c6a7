"""Who am I, the demo, and consent. Signing up, in and out is allauth's: /_allauth/browser/v1/."""

from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from sessions_app.accounts import authority, closing, services
from sessions_app.accounts.access import anyone, person
from sessions_app.accounts.models import User
from sessions_app.problems import not_found, refuses
from sessions_app.strict import Instant, Schema
from sessions_app.throttle import Rate

router = Router(tags=["accounts"])


class HouseholdOut(Schema):
    id: UUID
    name: str
    role: Literal["owner", "member"]
    demo: bool


class MeOut(Schema):
    id: UUID
    email: str | None
    guest: bool
    display_name: str
    colour: str
    zone: str
    theme: str
    consent: str | None = Field(description="The version of the words last consented to.")
    household: HouseholdOut | None
    opened_again: bool = Field(default=False, description="Their account was closed, and this sign-in has opened it.")


class CsrfOut(Schema):
    token: str = Field(description="Send it as X-CSRFToken. It changes when somebody signs in.")


class InstanceOut(Schema):
    """What this server offers, before anybody signs in."""

    demo: bool
    mail: bool = Field(description="False: a forgotten password is reset with `manage.py reset-link`.")
    origin: str = Field(description="The one address that phones keep.")
    others: list[str] = Field(description="Under which it answers too: this machine's own, and where apps were installed before.")
    authority: str | None = Field(description="Fingerprint of the home certificate, where there is one.")


class ConsentIn(Schema):
    version: Annotated[str, Field(pattern=r"^[0-9a-z.-]{1,20}$")]


class ClosingIn(Schema):
    password: Annotated[str, Field(max_length=1000)]


class ClosingOut(Schema):
    erased_at: Instant = Field(description="Until then signing in opens the account again.")


def me_of(user: User) -> MeOut:
    membership = user.memberships.select_related("household").order_by("since", "id").first()
    consent = user.consents.filter(withdrawn_at=None).order_by("-given_at").first()
    household = None
    if membership is not None:
        found = membership.household
        household = HouseholdOut.model_validate({"id": found.id, "name": found.name, "role": membership.role, "demo": found.demo})
    return MeOut(
        id=user.id, email=user.email, guest=user.guest, display_name=user.display_name, colour=user.colour, zone=user.zone,
        theme=user.theme, consent=consent.version if consent else None, household=household,
    )  # fmt: skip


@router.get("/instance", response=InstanceOut, auth=anyone)
def instance(request: HttpRequest) -> InstanceOut:
    return InstanceOut(
        demo=settings.DEMO,
        mail=settings.MAIL,
        origin=settings.ORIGIN,
        others=settings.ORIGINS[1:],
        authority=authority.fingerprint(),
    )


@router.get("/csrf", response=CsrfOut, auth=anyone)
def csrf(request: HttpRequest) -> CsrfOut:
    return CsrfOut(token=get_token(request))


@router.get("/me", response=MeOut)
def me(request: HttpRequest) -> MeOut:
    return me_of(person(request)).model_copy(update={"opened_again": closing.OPENED_AGAIN in request.session})


@router.post("/demo", response={201: MeOut, **refuses(404)}, auth=anyone, throttle=[Rate("demo", 60, per_s=3600)])
def demo(request: HttpRequest) -> Status[MeOut]:
    """Try the virtual panel without an account. Somebody who is signed in stays who they are."""
    if request.user.is_authenticated and not request.user.is_over(timezone.now()):
        return Status(201, me_of(request.user))
    if not settings.DEMO:
        raise not_found("The demo")
    guest = services.make_guest(timezone.now())
    login(request, guest)
    return Status(201, me_of(guest))


@router.post("/consent", response={201: MeOut})
def consent(request: HttpRequest, wanted: ConsentIn) -> Status[MeOut]:
    """Explicit consent to keep health records, with the version of the words that were shown."""
    services.give_consent(person(request), wanted.version)
    return Status(201, me_of(person(request)))


@router.delete("/consent", response={200: MeOut, **refuses(409)})
def withdraw_consent(request: HttpRequest) -> MeOut:
    """Take it back. What runs is stopped first; what is kept stays until it is erased, and nothing is added."""
    services.withdraw_consent(person(request), timezone.now())
    return me_of(person(request))


@router.post("/account/close", response={200: ClosingOut, **refuses(403, 409)}, throttle=[Rate("close", 10, per_s=300)])
def close_account(request: HttpRequest, wanted: ClosingIn) -> ClosingOut:
    """Close my account: signed out everywhere at once, erased with all that is mine after a week, unless I sign in again."""
    erased_at = closing.close(person(request), wanted.password, timezone.now())
    logout(request)
    return ClosingOut(erased_at=erased_at)
