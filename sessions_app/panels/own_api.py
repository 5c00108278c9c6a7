"""What a bridge has of its own: its panel profiles, and what its doctor finds. Asked for here, answered over its line."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from ble_bridge.contract import wire
from sessions_app.accounts.access import person
from sessions_app.panels import own_profiles, reach
from sessions_app.panels.api import CommandOut, ProfileIn, accepted, give_order, there
from sessions_app.panels.models import Checkup, OwnProfile
from sessions_app.problems import refuses
from sessions_app.strict import Instant, Schema
from sessions_app.throttle import Rate

router = Router(tags=["panels"])


class PanelNamed(Schema):
    id: UUID
    name: str


class OwnProfileOut(Schema):
    bridge_id: UUID
    file: str
    profile: str | None = Field(description="Its id; null where the file cannot be used.")
    name: str
    safety: Literal["deadman", "hw_timer", "none"] | None
    confirm: Literal["token", "status", "none"] | None
    faults: str = Field(description="One a line, with what to write instead; empty where it is sound.")
    text: str = Field(description="Empty where it was too long to be told.")
    panels: list[PanelNamed] = Field(description="Run by it.")
    told_at: Instant


class FindingOut(Schema):
    rule: str
    verdict: Literal["ok", "mind", "wrong"]
    text: str
    mend: str


class CheckupOut(Schema):
    """Null and empty until it was asked for the first time."""

    at: Instant | None
    findings: list[FindingOut]


@router.get("/profiles", response=list[OwnProfileOut])
def profiles(request: HttpRequest) -> list[OwnProfileOut]:
    """The household's own panel profiles, as its bridges told last; those of a bridge that is away too."""
    kept = OwnProfile.objects.filter(bridge__in=reach.bridges_of(person(request))).select_related("bridge")
    return [_profile_out(one) for one in kept.order_by("file", "bridge_id")]


def _profile_out(one: OwnProfile) -> OwnProfileOut:
    said: dict[str, Any] = {key: value for key, value in one.body.items() if key != "type"}
    panels = [PanelNamed(id=panel.pk, name=panel.name) for panel in own_profiles.panels_by(one.bridge, said["profile"])]
    return OwnProfileOut(bridge_id=one.bridge_id, panels=panels, told_at=one.told_at, **said)


@router.post(
    "/bridges/{bridge_id}/profiles",
    response={202: CommandOut, **refuses(403, 404, 409, 429)},
    throttle=[Rate("profile", 20, per_s=60)],
)
def add_profile(request: HttpRequest, bridge_id: UUID, wanted: ProfileIn) -> Status[CommandOut]:
    """Give this bridge a panel profile. It reads it as strictly as any; whether it is sound comes on the live line."""
    bridge = there(reach.bridge_of(person(request), bridge_id))
    reach.owns(person(request), bridge.household)
    own_profiles.may_be_given(bridge, wanted.text)
    return accepted(give_order(request, bridge, wire.AddProfileArgs(text=wanted.text)))


@router.delete(
    "/bridges/{bridge_id}/profiles/{file}",
    response={202: CommandOut, **refuses(403, 404, 409, 429)},
    throttle=[Rate("profile", 20, per_s=60)],
)
def remove_profile(request: HttpRequest, bridge_id: UUID, file: str) -> Status[CommandOut]:
    """Take a profile out of the bridge's folder, unless a panel is run by it."""
    bridge = there(reach.bridge_of(person(request), bridge_id))
    reach.owns(person(request), bridge.household)
    own_profiles.may_be_removed(bridge, file)
    return accepted(give_order(request, bridge, wire.RemoveProfileArgs(file=file)))


@router.post(
    "/bridges/{bridge_id}/checkup",
    response={202: CommandOut, **refuses(403, 404, 409, 429)},
    throttle=[Rate("checkup", 6, per_s=60)],
)
def check_up(request: HttpRequest, bridge_id: UUID) -> Status[CommandOut]:
    """Ask the bridge's doctor. Its findings tell of the bridge's machine, so only an owner hears them."""
    bridge = there(reach.bridge_of(person(request), bridge_id))
    reach.owns(person(request), bridge.household)
    return accepted(give_order(request, bridge, wire.DoctorArgs()))


@router.get("/bridges/{bridge_id}/checkup", response={200: CheckupOut, **refuses(403, 404)})
def checkup(request: HttpRequest, bridge_id: UUID) -> CheckupOut:
    """What the bridge's doctor found last, and when."""
    bridge = reach.bridge_of(person(request), bridge_id)
    reach.owns(person(request), bridge.household)
    last = Checkup.objects.filter(bridge=bridge).first()
    if last is None:
        return CheckupOut(at=None, findings=[])
    return CheckupOut(at=last.at, findings=[FindingOut(**one) for one in last.findings])
