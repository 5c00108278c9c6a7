"""The face that gathers the slices' models."""

from sessions_app.accounts.models import Consent, Household, Invitation, Membership, User
from sessions_app.changes.models import Change, Correction, Scope
from sessions_app.panels.enrolment.models import BridgeToken, Enrolment
from sessions_app.panels.models import Bridge, Checkup, Command, OwnProfile, Panel, Scan, Sighting
from sessions_app.progress.models import Rating
from sessions_app.regimens.models import Regimen
from sessions_app.reminders.models import Delivery, Due, Subscription
from sessions_app.screening.models import Agreement, Screening
from sessions_app.sync.models import Answer, Device, Epoch
from sessions_app.therapy.models import CheckIn, ClockMark, HoldRelease, LitArea, Run, Session, SessionEvent, SessionLog

__all__ = [
    "Agreement",
    "Answer",
    "Bridge",
    "BridgeToken",
    "Change",
    "CheckIn",
    "Checkup",
    "ClockMark",
    "Command",
    "Consent",
    "Correction",
    "Delivery",
    "Device",
    "Due",
    "Enrolment",
    "Epoch",
    "HoldRelease",
    "Household",
    "Invitation",
    "LitArea",
    "Membership",
    "OwnProfile",
    "Panel",
    "Rating",
    "Regimen",
    "Run",
    "Scan",
    "Scope",
    "Screening",
    "Session",
    "SessionEvent",
    "SessionLog",
    "Sighting",
    "Subscription",
    "User",
]
