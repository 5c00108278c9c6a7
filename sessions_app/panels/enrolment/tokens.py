"""A bridge's tokens: kept as hashes, rotated at each use, and all dead when one is used twice [B6]."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from sessions_app.panels.enrolment.models import BridgeToken
from sessions_app.panels.models import Bridge

ACCESS_LIFE: Final = timedelta(hours=1)
REFRESH_LIFE: Final = timedelta(days=400)
"""A bridge that was switched off for longer asks to be let in again."""

log = structlog.stdlib.get_logger(__name__)

cut = Signal()
"""Sent after the commit with `bridge_id` and `reason` ("revoked", "token_reused"): its line must close now [B4]."""


def new_token() -> str:
    """344 bits of chance, in letters that fit a header."""
    return secrets.token_urlsafe(43)


def hashed(token: str) -> str:
    """No salt and no stretching: what is hashed is chance, not a password."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def authenticate_bridge(token: str) -> Bridge | None:
    """Whose access token it is; None when it is unknown, over, or its bridge is revoked [B1]."""
    found = (
        BridgeToken.objects.select_related("bridge")
        .filter(
            hash=hashed(token),
            kind=BridgeToken.Kind.ACCESS,
            expires_at__gt=timezone.now(),
            bridge__revoked_at__isnull=True,
        )
        .first()
    )
    return found.bridge if found else None


def start_family(bridge: Bridge) -> None:
    """The tokens that the bridge had before, if any, are dead; those to come are a new family."""
    BridgeToken.objects.filter(bridge=bridge).delete()
    bridge.token_family = uuid.uuid4().hex
    bridge.save(update_fields=["token_family"])


def keep(bridge: Bridge, access: str, refresh: str, now: datetime) -> None:
    """Keep a new pair. The access token before it stays good for what is left of its hour."""
    BridgeToken.objects.filter(bridge=bridge, expires_at__lte=now).delete()
    BridgeToken.objects.bulk_create(
        [
            BridgeToken(bridge=bridge, kind=BridgeToken.Kind.ACCESS, hash=hashed(access), expires_at=now + ACCESS_LIFE),
            BridgeToken(bridge=bridge, kind=BridgeToken.Kind.REFRESH, hash=hashed(refresh), expires_at=now + REFRESH_LIFE),
        ]
    )


def exchange(refresh: str, now: datetime) -> Bridge | None:
    """Use up a refresh token: whose it was, once.

    None when it is unknown or over. A second use means that somebody else has it too: the whole family dies, and the
    bridge must be let in again. Call it outside of a transaction that may yet be rolled back.
    """
    mine = BridgeToken.objects.filter(hash=hashed(refresh), kind=BridgeToken.Kind.REFRESH)
    alive = mine.filter(used_at__isnull=True, expires_at__gt=now, bridge__revoked_at__isnull=True)
    token = mine.select_related("bridge").first()
    if token is None:
        return None
    if alive.update(used_at=now) == 1:
        return token.bridge
    if token.used_at is not None or mine.filter(used_at__isnull=False).exists():
        kill(token.bridge, "token_reused")
    return None


def kill(bridge: Bridge, reason: str) -> None:
    """All tokens of the bridge are dead, and its line closes."""
    with transaction.atomic():
        dead, _ = BridgeToken.objects.filter(bridge=bridge).delete()
        transaction.on_commit(partial(cut.send_robust, sender=Bridge, bridge_id=bridge.pk, reason=reason))
    log.warning("tokens killed", bridge=str(bridge.pk), reason=reason, dead=dead)
