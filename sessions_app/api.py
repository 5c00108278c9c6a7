"""The face that gathers the slices' routes."""

from typing import Final

from ninja import Router

from sessions_app.accounts.api import router as accounts
from sessions_app.accounts.household_api import router as household
from sessions_app.panels.api import router as panels
from sessions_app.panels.enrolment.api import router as enrolment
from sessions_app.panels.own_api import router as own
from sessions_app.reminders.api import router as reminders
from sessions_app.sync.api import router as sync
from sessions_app.therapy.api import router as therapy

ROUTERS: Final[tuple[tuple[str, Router], ...]] = (
    ("", accounts),
    ("", household),
    ("", enrolment),
    ("", panels),
    ("", own),
    ("", reminders),
    ("", sync),
    ("", therapy),
)
"""Prefix below /api, and the slice's router."""
