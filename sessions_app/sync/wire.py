"""What goes over the line between phone and server [Y1]."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from sessions_app.strict import Instant, Schema

MAX_OPS: Final = 500
MAX_ROWS: Final = 1000


class SyncIn(Schema):
    device: UUID
    person: UUID | None = None
    """Whose records the phone has open [M63]."""
    schema_: Annotated[int, Field(alias="schema", ge=1, le=1_000_000)]
    epoch: UUID | None
    cursor: Annotated[str, Field(max_length=10_000)] | None
    limit: Annotated[int, Field(ge=1, le=MAX_ROWS)]
    ops: Annotated[list[dict[str, Any]], Field(max_length=MAX_OPS)]
    """Read one by one, so that a bad one spoils no other [Y6]."""


class ErrorOut(Schema):
    field: str
    message: str


class RefusalOut(Schema):
    n: int
    entity: str
    id: str
    code: str
    message: str
    errors: list[ErrorOut]


class RowOut(Schema):
    scope: UUID
    entity: str
    id: UUID
    deleted: bool
    body: dict[str, Any] | None
    clocks: dict[str, str]
    copy_of: UUID | None
    superseded_by: UUID | None


class SyncOut(Schema):
    ack: int
    rejected: list[RefusalOut]
    rows: list[RowOut]
    left: list[UUID]
    cursor: str
    more: bool
    epoch: UUID
    now: Instant
    resend_from: int | None
