"""The one route of sync. The rules stand in docs/sync.md."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from sessions_app.accounts.access import person
from sessions_app.problems import refuses
from sessions_app.strict import Instant, Schema
from sessions_app.sync import phones
from sessions_app.sync.exchange import exchange
from sessions_app.sync.wire import SyncIn, SyncOut

router = Router(tags=["sync"])


@router.post("/sync", response={200: SyncOut, **refuses(403, 409, 410)})
def sync(request: HttpRequest, data: SyncIn) -> dict[str, Any]:
    """Take what the phone wrote, give what it has not seen."""
    reply = exchange(person(request), data, request.headers.get("User-Agent", ""), timezone.now())
    phones.note(person(request), request.session, data.device)
    return reply


class PhoneOut(Schema):
    """Somewhere this person is signed in."""

    id: UUID
    user_agent: str = Field(description="As the browser names itself.")
    signed_in_at: Instant
    last_seen_at: Instant = Field(description="To the hour.")
    current: bool = Field(description="The one that asks.")


@router.get("/phones", response=list[PhoneOut])
def my_phones(request: HttpRequest) -> list[PhoneOut]:
    """Where I am signed in."""
    return [PhoneOut.model_validate(asdict(one)) for one in phones.of(person(request), request.session.session_key)]


@router.delete("/phones/{phone_id}", response={204: None, **refuses(404, 409)})
def remove_phone(request: HttpRequest, phone_id: UUID) -> Status[None]:
    """Sign that phone out at once. What it had not sent stays on it."""
    phones.remove(person(request), phone_id, request.session.session_key, timezone.now())
    return Status(204, None)
