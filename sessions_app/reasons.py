"""Why something may not be done, or only with care: what a person reads, and where it comes from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, in one sentence. Stable `code`; everything else is words for the screen."""

    code: str
    sentence: str
    limit: str
    """The limit in words, such as "50 J/cm² on one place in 24 hours"."""
    source: str
    lifts_at: datetime | None
    """UTC; None where no time alone lifts it."""
    asks: str
    """What the person can do next, or what to ask a clinician."""
    about: str = ""
    """What it is about: a question id, a site id or a wavelength; empty where it is about the whole."""
