"""Every message on a phone's live line, `/ws/phone`. `docs/phone-line.schema.json` is made from here for the app.

JSON objects, one a frame, told apart by `type`. The line says what is; what a person wants done goes over the HTTP API, but for
other levels of what is lit, which should follow the thumb. Nothing that a phone sends here can light a lamp. A phone pings every
30 s at least, and takes a line without a pong for dead.
"""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, TypeAdapter

from ble_bridge.contract import limits, wire
from sessions_app.strict import Instant, Schema

About = Literal["", "watch", "check", "still_here", "levels"]
Site = Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]


class Message(Schema):
    model_config = ConfigDict(frozen=True)


# ── A plan and what is said to it ────────────────────────────────────────────────────────────────────────────────────
class CheckBody(Message):
    """One start that a person thinks of."""

    session_id: UUID
    """Made on the phone (UUIDv7)."""
    panel_id: UUID
    sites: Annotated[list[Site], Field(min_length=1, max_length=32)]
    distance_cm: Annotated[float, Field(gt=0, le=300)]
    duration_s: Annotated[int, Field(ge=1, le=limits.MAX_SESSION_S)]
    levels_pct: Annotated[wire.Levels, Field(min_length=1, max_length=limits.MAX_CHANNELS)]
    eyewear: bool
    """The person says that everyone in the light wears it."""
    regimen_id: UUID | None = None


class ReasonOut(Message):
    """Why not, or what to mind. `sentence` is for the person; `code` is stable."""

    code: str
    sentence: str
    limit: str
    source: str
    lifts_at: Instant | None
    asks: str
    about: str


class Estimate(Message):
    fluence_j_cm2: dict[int, float] | None
    """By wavelength; null where the irradiance is unknown: then no dose is claimed."""


class Verdict(Message):
    """The answer to a check."""

    allowed: bool
    reasons: list[ReasonOut]
    cautions: list[ReasonOut]
    clearance: wire.Clearance | None
    estimate: Estimate | None
    provenance: str
    ticket: str | None
    """Goes back with the start, while it is fresh. Null when not allowed."""
    ticket_life_ms: int


# ── Phone → server ───────────────────────────────────────────────────────────────────────────────────────────────────
class Watch(Message):
    """The session screen of a panel is open, or closed. Lasts as long as the line."""

    type: Literal["watch"] = "watch"
    panel_id: UUID
    on: bool


class PairAnew(Message):
    """The bond of a panel that says `bond_lost` is to be made anew, by a person who stands at it; its state tells the rest."""

    type: Literal["pair_anew"] = "pair_anew"
    panel_id: UUID


class Check(CheckBody):
    """Answer with a `ticket` now and every 3 s, until the panel is no longer watched. A new check takes its place."""

    type: Literal["check"] = "check"


class StillHere(Message):
    type: Literal["still_here"] = "still_here"
    session_id: UUID


class SetLevels(Message):
    """Other levels in a run of this person's that is lit, within its clearance: as the route of that name, without its way.

    The command's fate comes as `command` notes, a refusal as a `fault`. At most four a second.
    """

    type: Literal["levels"] = "levels"
    session_id: UUID
    levels_pct: Annotated[wire.Levels, Field(min_length=1, max_length=limits.MAX_CHANNELS)]


class Ping(Message):
    type: Literal["ping"] = "ping"


FromPhone = Annotated[Watch | PairAnew | Check | StillHere | SetLevels | Ping, Field(discriminator="type")]


# ── Server → phone ───────────────────────────────────────────────────────────────────────────────────────────────────
class PanelStateNote(wire.PanelState):
    """What the bridge just heard of a panel; never stored, so its age is its whole worth.

    Without one for 3 s in a run the state is unknown, and is shown so. Of another person's session only that it is there, whose
    and until when: `session_id`, `levels_pct` and `elapsed_on_s` are null [M4].
    """

    person_id: UUID | None
    """Whose session is on it, for the people of the household; null where there is none, and between guests of the demo [M6]."""

    mine: bool
    """The session on it is this person's."""


class CommandNote(Message):
    type: Literal["command"] = "command"
    command_id: UUID
    kind: str
    session_id: UUID | None
    state: Literal["sent", "granted", "ok", "failed", "expired", "cancelled"]
    code: str
    detail: str


class SessionNote(Message):
    """One of the person's sessions changed."""

    type: Literal["session"] = "session"
    session_id: UUID
    panel_id: UUID
    state: str
    run_no: int
    end_reason: str
    off_confirmed: bool | None
    on_s: float
    full_level_s: dict[int, float]
    confirmed: bool


class FoundNote(Message):
    type: Literal["found"] = "found"
    bridge_id: UUID
    scanning: bool
    problem: str
    panels: list[wire.FoundPanel]


class TicketNote(Verdict):
    type: Literal["ticket"] = "ticket"
    session_id: UUID
    panel_id: UUID


class SyncNote(Message):
    """Something changed: pull."""

    type: Literal["sync"] = "sync"


class BridgeNote(Message):
    type: Literal["bridge"] = "bridge"
    bridge_id: UUID
    online: bool
    twice: bool = False
    """Another bridge with the same identity took the line [B3]."""


class Pong(Message):
    type: Literal["pong"] = "pong"


class FaultNote(Message):
    """A message was not understood, or not allowed. The line stays open unless `fatal`."""

    type: Literal["fault"] = "fault"
    about: About = ""
    """The type of what was said, when that is known."""
    code: str
    detail: str
    fatal: bool


ToPhone = Annotated[
    PanelStateNote | CommandNote | SessionNote | FoundNote | TicketNote | SyncNote | BridgeNote | Pong | FaultNote,
    Field(discriminator="type"),
]

FROM_PHONE: Final[TypeAdapter[FromPhone]] = TypeAdapter(FromPhone)
TO_PHONE: Final[TypeAdapter[ToPhone]] = TypeAdapter(ToPhone)


def schema() -> dict[str, Any]:
    """JSON schema of both directions."""
    definitions: dict[str, Any] = {}
    found: dict[str, Any] = {}
    template = "#/$defs/{model}"
    found["FromPhone"] = FROM_PHONE.json_schema(mode="validation", ref_template=template)
    found["ToPhone"] = TO_PHONE.json_schema(mode="serialization", ref_template=template)
    for one in found.values():
        definitions |= one.pop("$defs", {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The phone's live line",
        "$defs": {**definitions, **found},
    }
