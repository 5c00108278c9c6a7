"""The end of a household whose last person was erased: its bridges are let in no longer, its panels go (docs/account.md, A7)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sessions_app.panels.enrolment import tokens
from sessions_app.panels.models import Bridge, Panel


def end(household_id: UUID, now: datetime, **_: Any) -> None:
    """What somebody's log still refers to stays, without a name: a panel that was run by who has left before."""
    for bridge in Bridge.objects.filter(household_id=household_id):
        tokens.kill(bridge, "revoked")
    Panel.objects.filter(household_id=household_id, sessions=None).delete()
    Panel.objects.filter(household_id=household_id).update(name="", removed_at=now)
    Bridge.objects.filter(household_id=household_id, panels=None).delete()
    Bridge.objects.filter(household_id=household_id).update(name="", revoked_at=now)
