"""The face that gathers the slices' models."""

from sessions_app.accounts.models import Consent, Household, Membership, User
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.progress.models import Rating
from sessions_app.regimens.models import Regimen
from sessions_app.screening.models import Agreement, Screening
from sessions_app.therapy.models import CheckIn, HoldRelease, Session, SessionEvent, SessionLog

__all__ = [
    "Agreement", "Bridge", "CheckIn", "Command", "Consent", "HoldRelease", "Household", "Membership", "Panel", "Rating",
    "Regimen", "Screening", "Session", "SessionEvent", "SessionLog", "User",
]  # fmt: skip
