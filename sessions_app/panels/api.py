"""Bridges' scans, and panels: find, blink, pair, change, remove."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import AfterValidator, Field

from ble_bridge.contract import limits, wire
from sessions_app import clock, names, trace
from sessions_app.accounts.access import person
from sessions_app.panels import commands, found, passport, reach, services
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.panels.phone_wire import FoundNote
from sessions_app.panels.presence import is_online
from sessions_app.panels.rules import ChannelLight, Measured, Provenance
from sessions_app.problems import Problem, refuses
from sessions_app.strict import Day, Instant, Schema
from sessions_app.throttle import Rate

router = Router(tags=["panels"])
Name = Annotated[str, Field(min_length=1, max_length=names.MAX_NAME, pattern=r"\S"), AfterValidator(names.given)]
FoundId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class MeasuredIn(Schema):
    distance_cm: Annotated[float, Field(gt=0, le=300)]
    irradiance_mw_cm2: Annotated[float, Field(gt=0, le=1000)]


class ChannelIn(Schema):
    """One channel's light at level 100 %, as its owner knows it."""

    wavelength_nm: wire.WavelengthNm
    irradiance: Annotated[list[MeasuredIn], Field(max_length=30)]
    provenance: Provenance

    def light(self) -> ChannelLight:
        rows = tuple(Measured(one.distance_cm, one.irradiance_mw_cm2) for one in self.irradiance)
        return ChannelLight(self.wavelength_nm, rows, self.provenance)


class PanelIn(Schema):
    id: UUID = Field(description="Made on the phone, UUIDv7.")
    bridge_id: UUID
    found_id: FoundId
    name: Name
    channels: Annotated[list[ChannelIn], Field(min_length=1, max_length=limits.MAX_CHANNELS)]


class PanelPatch(Schema):
    name: Name | None = None
    channels: Annotated[list[ChannelIn], Field(min_length=1, max_length=limits.MAX_CHANNELS)] | None = None


class ChannelOut(Schema):
    wavelength_nm: int
    min_pct: int
    max_pct: int
    irradiance: list[MeasuredIn]
    provenance: Provenance


class PanelOut(Schema):
    id: UUID
    bridge_id: UUID
    name: str
    profile: str
    serial: str
    channels: list[ChannelOut]
    safety: Literal["deadman", "hw_timer", "none"]
    confirm: Literal["token", "status", "none"]
    virtual: bool
    online: bool = Field(description="The panel's bridge is there. Whether the panel itself is, the live line says.")
    paired_at: Instant


class PassportIn(Schema):
    purchased_on: Day | None
    warranty_until: Day | None
    measure_again_on: Day | None


class PassportOut(PassportIn):
    light_hours: float = Field(description="Of sessions run from here, everybody's of the household together.")


class BridgeOut(Schema):
    id: UUID
    name: str
    software: str
    online: bool
    last_seen_at: Instant | None


class CommandOut(Schema):
    command_id: UUID
    expires_at: Instant


class ProfileIn(Schema):
    text: Annotated[
        str, Field(min_length=1, max_length=limits.MAX_PROFILE_LETTERS, description="A profile file, docs/profiles.md.")
    ]


class IdentifyIn(Schema):
    found_id: FoundId


def panel_out(panel: Panel) -> PanelOut:
    return PanelOut.model_validate(
        {
            "id": panel.pk,
            "bridge_id": panel.bridge_id,
            "name": panel.name,
            "profile": panel.identity["profile"],
            "serial": panel.identity["serial"],
            "channels": panel.channels,
            "safety": panel.safety,
            "confirm": panel.confirm,
            "virtual": panel.virtual,
            "online": is_online(panel.bridge, clock.now().wall),
            "paired_at": panel.paired_at,
        }
    )


@router.get("/bridges", response=list[BridgeOut])
def bridges(request: HttpRequest) -> list[BridgeOut]:
    """The bridges of the household, those away too."""
    now = clock.now().wall
    return [
        BridgeOut(id=one.pk, name=one.name, software=one.software, online=is_online(one, now), last_seen_at=one.last_seen_at)
        for one in reach.bridges_of(person(request))
    ]


@router.post(
    "/bridges/{bridge_id}/scan", response={202: CommandOut, **refuses(404, 409, 429)}, throttle=[Rate("scan", 20, per_s=60)]
)
def scan(request: HttpRequest, bridge_id: UUID) -> Status[CommandOut]:
    """Look for panels near this bridge for some seconds. What is found comes on the live line."""
    bridge = there(reach.bridge_of(person(request), bridge_id))
    with transaction.atomic():
        command = give_order(request, bridge, wire.ScanArgs())
        found.begin(bridge, command.pk, clock.now())
    return accepted(command)


@router.get("/bridges/{bridge_id}/found", response={200: FoundNote, **refuses(404)})
def found_panels(request: HttpRequest, bridge_id: UUID) -> FoundNote:
    """What this bridge's scans found in the last minutes."""
    return found.standing(reach.bridge_of(person(request), bridge_id), clock.now())


@router.post(
    "/bridges/{bridge_id}/identify",
    response={202: CommandOut, **refuses(404, 409, 429)},
    throttle=[Rate("identify", 30, per_s=60)],
)
def identify_found(request: HttpRequest, bridge_id: UUID, wanted: IdentifyIn) -> Status[CommandOut]:
    """Let a found panel blink, so that the person sees which one it is. Only where its profile names that harmless [B31]."""
    bridge = there(reach.bridge_of(person(request), bridge_id))
    found.sighted(bridge, wanted.found_id, clock.now())
    return accepted(give_order(request, bridge, wire.IdentifyArgs(found_id=wanted.found_id)))


@router.get("/panels", response=list[PanelOut])
def panels(request: HttpRequest) -> list[PanelOut]:
    return [panel_out(one) for one in reach.panels_of(person(request))]


@router.post("/panels", response={201: PanelOut, **refuses(403, 404, 409)})
def pair(request: HttpRequest, wanted: PanelIn) -> Status[PanelOut]:
    """Pair a panel that the bridge found lately."""
    bridge = reach.bridge_of(person(request), wanted.bridge_id)
    reach.owns(person(request), bridge.household)
    light = tuple(one.light() for one in wanted.channels)
    pairing = services.Pairing(panel_id=wanted.id, found_id=wanted.found_id, name=wanted.name, light=light)
    return Status(201, panel_out(services.pair(bridge, pairing, clock.now())))


@router.get("/panels/{panel_id}", response={200: PanelOut, **refuses(403, 404)})
def panel(request: HttpRequest, panel_id: UUID) -> PanelOut:
    return panel_out(reach.panel_of(person(request), panel_id))


@router.patch("/panels/{panel_id}", response={200: PanelOut, **refuses(403, 404)})
def change_panel(request: HttpRequest, panel_id: UUID, wanted: PanelPatch) -> PanelOut:
    panel = reach.panel_of(person(request), panel_id)
    reach.owns(person(request), panel.household)
    light = tuple(one.light() for one in wanted.channels) if wanted.channels is not None else None
    return panel_out(services.change(panel, name=wanted.name, light=light))


@router.delete("/panels/{panel_id}", response={204: None, **refuses(403, 404, 409)})
def remove_panel(request: HttpRequest, panel_id: UUID) -> Status[None]:
    panel = reach.panel_of(person(request), panel_id)
    reach.owns(person(request), panel.household)
    services.remove(panel, clock.now())
    return Status(204, None)


@router.get("/panels/{panel_id}/passport", response={200: PassportOut, **refuses(403, 404)})
def passport_of(request: HttpRequest, panel_id: UUID) -> PassportOut:
    return _passport_out(reach.panel_of(person(request), panel_id))


@router.put("/panels/{panel_id}/passport", response={200: PassportOut, **refuses(403, 404, 422)})
def keep_passport(request: HttpRequest, panel_id: UUID, wanted: PassportIn) -> PassportOut:
    panel = reach.panel_of(person(request), panel_id)
    reach.owns(person(request), panel.household)
    return _passport_out(passport.keep(panel, passport.Dates(**wanted.model_dump()), clock.now().wall.date()))


def _passport_out(panel: Panel) -> PassportOut:
    dates = {field: getattr(panel, field) for field in PassportIn.model_fields}
    return PassportOut(light_hours=passport.light_hours(panel), **dates)


@router.post(
    "/panels/{panel_id}/identify",
    response={202: CommandOut, **refuses(403, 404, 409, 429)},
    throttle=[Rate("identify", 30, per_s=60)],
)
def identify_panel(request: HttpRequest, panel_id: UUID) -> Status[CommandOut]:
    """Let a paired panel blink. Refused by the panel itself while it is lit."""
    panel = reach.panel_of(person(request), panel_id)
    return accepted(give_order(request, there(panel.bridge), wire.IdentifyArgs(panel_id=panel.pk), panel))


def there(bridge: Bridge) -> Bridge:
    """Problem 409 `bridge_away`: nothing is kept for a bridge that is not there."""
    if not is_online(bridge, clock.now().wall):
        raise Problem(409, "bridge_away", "The bridge is not connected.", "See that it has power and network, then try again.")
    return bridge


def give_order(request: HttpRequest, bridge: Bridge, args: Any, panel: Panel | None = None) -> Command:
    panel_id = panel.pk if panel else None
    order = commands.Order(bridge_id=bridge.pk, user_id=person(request).pk, args=args, trace=trace.current(), panel_id=panel_id)
    return commands.order(order, clock.now())


def accepted(command: Command) -> Status[CommandOut]:
    return Status(202, CommandOut(command_id=command.pk, expires_at=command.expires_at))
