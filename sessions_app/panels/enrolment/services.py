"""Let a bridge in, or not, or no longer. Nothing is claimed by itself: an owner reads the code and decides."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction

from sessions_app import names
from sessions_app.accounts import household as households
from sessions_app.accounts.models import Household, Membership, User
from sessions_app.accounts.services import demo_household
from sessions_app.changes.services import Touch, touch
from sessions_app.panels.enrolment import rules, tokens
from sessions_app.panels.enrolment.models import Enrolment
from sessions_app.panels.models import Bridge
from sessions_app.problems import Problem, not_found, owner_only

LIFE: Final = timedelta(minutes=10)
KEPT: Final = timedelta(days=1)
"""So long after its end a request still answers "expired" instead of "unknown"."""
MAX_WAITING: Final = 100
"""Requests that wait at one time on one server."""

log = structlog.stdlib.get_logger(__name__)


# ── The bridge asks ──────────────────────────────────────────────────────────────────────────────────────────────────
def ask(device_code: str, name: str, software: str, former: str, now: datetime) -> Enrolment:
    """Keep a bridge's request and make its user code. `former` is the id that it had before, or empty.

    Raises `Problem` 503 when too many wait.
    """
    with transaction.atomic():
        Enrolment.objects.filter(expires_at__lt=now - KEPT).delete()
        if Enrolment.objects.filter(state=Enrolment.State.ASKED, expires_at__gt=now).count() >= MAX_WAITING:
            raise Problem(503, "busy", "Too many bridges are asking just now.", "Try again in some minutes.")
        return Enrolment.objects.create(
            device_hash=tokens.hashed(device_code),
            user_code=_unused_code(),
            name=names.clean(name) or "Bridge",
            software=names.clean(software, rules.MAX_SOFTWARE),
            expires_at=now + LIFE,
            former=_bridge_named(former),
        )


def _unused_code() -> str:
    while Enrolment.objects.filter(user_code=(code := rules.new_code(secrets.choice))).exists():
        pass
    return code


def _bridge_named(text: str) -> Bridge | None:
    try:
        return Bridge.objects.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return None


# ── A person decides ─────────────────────────────────────────────────────────────────────────────────────────────────
def waiting(typed: str, now: datetime) -> Enrolment:
    """The request behind the code that a person typed. Raises `Problem` 404 when none waits there."""
    code = rules.typed(typed)
    found = Enrolment.objects.filter(user_code=code, state=Enrolment.State.ASKED, expires_at__gt=now).first() if code else None
    if found is None:
        raise Problem(
            404,
            "unknown_code",
            "No bridge is waiting with this code.",
            "Compare it with the bridge's; after ten minutes it has a new one.",
            field="user_code",
        )
    return found


def owned_households(user: User) -> list[Household]:
    """Into which this person may let a bridge, the one they joined first standing first. Problem 403 for an owner of none."""
    owned = user.memberships.select_related("household").filter(role=Membership.Role.OWNER, household__demo=False)
    found = [one.household for one in owned.order_by("since", "id")]
    if not found:
        raise owner_only()
    return found


def home_of(enrolment: Enrolment, owned: list[Household]) -> Household:
    """Where the bridge was before, if that is one of these; else the first of them [M7]."""
    former = enrolment.former.household_id if enrolment.former else None
    return next((one for one in owned if one.pk == former), owned[0])


def approve(user: User, typed: str, name: str | None, now: datetime, household_id: uuid.UUID | None = None) -> Bridge:
    """Let the bridge behind the code into this household of theirs; None: where it was before, else into their first.

    Raises `Problem` 403, 404, 409.
    """
    owned = owned_households(user)
    enrolment = waiting(typed, now)
    chosen = home_of(enrolment, owned).pk if household_id is None else household_id
    with transaction.atomic():
        households.locked_by(user, chosen)
        return _let_in(enrolment, Household.objects.get(pk=chosen), user, name, now)


def approve_for_demo(typed: str, now: datetime) -> Bridge:
    """The instance lets its own demo bridge in, and only into the demo household (docs/decisions/demo-household.md)."""
    return _let_in(waiting(typed, now), demo_household(), None, None, now)


@transaction.atomic
def _let_in(enrolment: Enrolment, household: Household, user: User | None, name: str | None, now: datetime) -> Bridge:
    called = names.clean(name or "") or enrolment.name
    bridge = _former_of(enrolment, household) or Bridge(household=household)
    bridge.name, bridge.software, bridge.enrolled_by, bridge.revoked_at = called, enrolment.software, user, None
    bridge.save()
    changed = Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.ASKED, expires_at__gt=now).update(
        state=Enrolment.State.APPROVED, bridge=bridge, decided_by=user
    )
    if not changed:
        raise Problem(409, "already_decided", "This request was answered already.", "Refresh and look at the bridges.")
    touch(Touch(household.pk, "bridge", bridge.pk))
    log.info("bridge approved", bridge=str(bridge.pk), again=enrolment.former_id == bridge.pk)
    return bridge


def _former_of(enrolment: Enrolment, household: Household) -> Bridge | None:
    """A bridge that lost its tokens keeps its panels, when it asks in the household that it was in."""
    if enrolment.former is None or enrolment.former.household_id != household.pk:
        return None
    return enrolment.former


def deny(user: User, typed: str, now: datetime) -> None:
    owned_households(user)
    Enrolment.objects.filter(pk=waiting(typed, now).pk, state=Enrolment.State.ASKED).update(
        state=Enrolment.State.DENIED, decided_by=user
    )


def revoke(user: User, bridge_id: uuid.UUID, now: datetime) -> None:
    """The bridge is no longer let in: its tokens die and its line closes [B4]. Raises `Problem` 404, 403."""
    found = Bridge.objects.filter(pk=bridge_id, household__memberships__user=user, revoked_at__isnull=True)
    with transaction.atomic():
        bridge = found.select_for_update(of=("self",)).first()
        if bridge is None:
            raise not_found("This bridge")
        if not Membership.objects.filter(household_id=bridge.household_id, user=user, role=Membership.Role.OWNER).exists():
            raise owner_only()
        bridge.revoked_at = now
        bridge.save(update_fields=["revoked_at"])
        tokens.kill(bridge, "revoked")
        touch(Touch(bridge.household_id, "bridge", bridge.pk))


# ── The bridge fetches its tokens ────────────────────────────────────────────────────────────────────────────────────
POLL_EVERY: Final = timedelta(seconds=2)
"""How often a bridge may ask whether it was approved."""
EARLY: Final = timedelta(seconds=0.5)
"""So much the way here may shorten it."""


def polled(device_code: str, now: datetime) -> Enrolment | None:
    """The request of the bridge that asks again, with `polled_at` as it was before; None when it is unknown."""
    found = Enrolment.objects.filter(device_hash=tokens.hashed(device_code)).select_related("bridge").first()
    if found is not None:
        Enrolment.objects.filter(pk=found.pk).update(polled_at=now)
    return found


def use(enrolment: Enrolment) -> Bridge | None:
    """The bridge of an approved request, once; its new tokens begin a family."""
    with transaction.atomic():
        used = Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.APPROVED).update(state=Enrolment.State.USED)
        if not used or enrolment.bridge is None:
            return None
        tokens.start_family(enrolment.bridge)
        return enrolment.bridge
