"""Every entity that travels: its kind, its body and where it is kept (docs/sync.md, "Entities")."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db.models import Model

from sessions_app.accounts.models import User
from sessions_app.changes.models import Correction
from sessions_app.progress.models import Rating
from sessions_app.regimens.models import Regimen
from sessions_app.screening.models import Agreement, Screening
from sessions_app.strict import Schema
from sessions_app.sync import bodies, served
from sessions_app.sync.shapes import plain
from sessions_app.therapy.models import CheckIn, HoldRelease, LitArea, SessionLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as phones read it [Y4]."""

    body: dict[str, Any]
    clocks: dict[str, str] = field(default_factory=dict)
    copy_of: UUID | None = None
    superseded_by: UUID | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedEntity:
    """Merged field by field [Y31]."""

    name: str
    model: type[Model]
    body: type[Schema]
    deletable: bool = True
    health: bool = True
    """Kept only with the person's explicit consent [Y46]."""

    def rows(self, scope_id: UUID, ids: Collection[UUID]) -> dict[UUID, Row]:
        found = self.model._default_manager.filter(pk__in=ids)
        return {
            one.pk: Row(
                body=plain(one, self.body),
                clocks=_attribute(one, "field_clocks"),
                copy_of=getattr(one, "copy_of", None),
                deleted=getattr(one, "deleted_at", None) is not None,
            )
            for one in found
            if owner(one) == scope_id
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FactEntity:
    """Written once [Y33]."""

    name: str
    model: type[Model]
    body: type[Schema]
    health: bool = True
    """Kept only with the person's explicit consent [Y46]."""
    parents: Mapping[str, str] = field(default_factory=dict)
    """Field → entity of the row it refers to, which must be there [Y38]."""
    correctable: bool = False
    check: Callable[[Any], None] | None = None
    """What the slice itself asks of a body; raises `ValueError` with words for a person."""

    def rows(self, scope_id: UUID, ids: Collection[UUID]) -> dict[UUID, Row]:
        found = self.model._default_manager.filter(pk__in=ids, user_id=scope_id)
        return {one.pk: Row(body=plain(one, self.body), superseded_by=_attribute(one, "superseded_by")) for one in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedEntity:
    """Made by the server, only read by phones."""

    name: str
    serve: Callable[[UUID, Collection[UUID]], dict[UUID, dict[str, Any]]]

    def rows(self, scope_id: UUID, ids: Collection[UUID]) -> dict[UUID, Row]:
        return {row_id: Row(body=body) for row_id, body in self.serve(scope_id, ids).items()}


Entity = MergedEntity | FactEntity | ServedEntity

ENTITIES: Final[Mapping[str, Entity]] = {
    one.name: one
    for one in (
        MergedEntity(name="profile", model=User, body=bodies.Profile, deletable=False, health=False),
        MergedEntity(name="regimen", model=Regimen, body=bodies.Regimen),
        FactEntity(name="screening", model=Screening, body=bodies.Screening),
        FactEntity(name="agreement", model=Agreement, body=bodies.Agreement, correctable=True),
        FactEntity(name="session_log", model=SessionLog, body=bodies.SessionLog, correctable=True),
        FactEntity(name="lit_area", model=LitArea, body=bodies.LitArea),
        FactEntity(name="checkin", model=CheckIn, body=bodies.CheckIn, correctable=True),
        FactEntity(
            name="hold_release", model=HoldRelease, body=bodies.HoldRelease, parents={"checkin_id": "checkin"}, correctable=True
        ),
        FactEntity(name="rating", model=Rating, body=bodies.Rating, correctable=True),
        FactEntity(name="correction", model=Correction, body=bodies.Correction),
        ServedEntity(name="session", serve=served.sessions),
        ServedEntity(name="panel", serve=served.panels),
        ServedEntity(name="bridge", serve=served.bridges),
        ServedEntity(name="household", serve=served.households),
        ServedEntity(name="member", serve=served.members),
    )
}


def owner(one: Model) -> UUID:
    """The person whose row it is; a profile is the person."""
    return UUID(str(one.pk if isinstance(one, User) else _attribute(one, "user_id")))


def _attribute(one: Model, name: str) -> Any:
    return getattr(one, name)
