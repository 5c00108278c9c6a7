"""Courses and phones, as their own services make them."""

from datetime import UTC, date, datetime
from typing import Any

from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import due, services
from sessions_app.reminders.models import Due, Subscription
from sessions_app.therapy.models import SessionLog
from tests.push.browser import BrowserKeys

DAY = date(2026, 5, 4)
BEFORE = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
AT = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
"""20:00 in Berlin on that day."""


def a_course(user: User, now: datetime = BEFORE, **changes: Any) -> Regimen:
    """Its line in the due table is as it was at `now`."""
    values: dict[str, Any] = {
        "aim": "fine_lines", "sites": ["face"], "days": [0, 1, 2, 3, 4, 5, 6], "local_time": "20:00", "minutes": 10,
        "wavelengths": {"660": {"level_pct": 50, "fluence_j_cm2": None}}, "started_on": date(2026, 5, 1),
    }  # fmt: skip
    made = Regimen.objects.create(id=new_id(), user=user, **(values | changes))
    Due.objects.filter(regimen=made).delete()
    due.refresh([made.pk], now)
    return made


def a_phone(user: User, keys: BrowserKeys, **changes: Any) -> Subscription:
    values: dict[str, Any] = {
        "endpoint": keys.endpoint, "p256dh": keys.p256dh, "auth": keys.auth, "name": "Test browser", "hide_details": False,
        "replaces": None,
    }  # fmt: skip
    return services.subscribe(user, "a" * 32, services.Phone(**(values | changes)))


def a_log(user: User, at: datetime, **changes: Any) -> SessionLog:
    values: dict[str, Any] = {"sites": ["face"], "duration_s": 600, "how": "by_hand", "regimen_id": None}
    return SessionLog.objects.create(id=new_id(), user=user, started_at=at, **(values | changes))
