"""The one route of sync. The rules stand in docs/sync.md."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from sessions_app.accounts.access import person
from sessions_app.problems import refuses
from sessions_app.sync.exchange import exchange
from sessions_app.sync.wire import SyncIn, SyncOut

router = Router(tags=["sync"])


@router.post("/sync", response={200: SyncOut, **refuses(403, 409, 410)})
def sync(request: HttpRequest, data: SyncIn) -> dict[str, Any]:
    """Take what the phone wrote, give what it has not seen."""
    return exchange(person(request), data, request.headers.get("User-Agent", ""), timezone.now())
