"""The ops that phones send [Y3], read one by one so that a bad one spoils no other."""

import json
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from sessions_app.strict import Schema
from sessions_app.sync import refusals, rules

MAX_N: Final = 2**53 - 1
"""Largest whole number that a phone counts exactly."""

Number = Annotated[int, Field(ge=1, le=MAX_N)]
Stamp = Annotated[str, Field(pattern=rules.STAMP)]
EntityName = Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]
Clocks = Annotated[dict[Annotated[str, Field(max_length=40)], Stamp], Field(max_length=60)]


class Put(Schema):
    n: Number
    kind: Literal["put"]
    entity: EntityName
    id: UUID
    hlc: Stamp
    body: dict[str, Any]


class Delete(Schema):
    n: Number
    kind: Literal["delete"]
    entity: EntityName
    id: UUID
    hlc: Stamp
    seen: Clocks


class Offer(Schema):
    """`body` None: the row was deleted, and `clocks` are those it had then."""

    n: Number
    kind: Literal["offer"]
    entity: EntityName
    id: UUID
    hlc: Stamp
    body: dict[str, Any] | None
    clocks: Clocks


class Void(Schema):
    n: Number
    kind: Literal["void"]


Op = Put | Delete | Offer | Void
_OP: Final[TypeAdapter[Op]] = TypeAdapter(Annotated[Op, Field(discriminator="kind")])


def number(raw: dict[str, Any]) -> int | None:
    """The number an op carries; None when it has none that can be."""
    n = raw.get("n")
    return n if type(n) is int and 1 <= n <= MAX_N else None


def read(raw: dict[str, Any]) -> Op:
    """Raises `RefusedError` when it is none."""
    try:
        return _OP.validate_json(json.dumps(raw), strict=True)
    except ValidationError as error:
        raise refusals.invalid(error) from None
