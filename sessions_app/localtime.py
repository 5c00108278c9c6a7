"""Local wall time and IANA zones, the same on phone and server (tests/vectors/schedule.json)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def zone_of(name: str) -> ZoneInfo:
    """The zone of this IANA name; UTC for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def day_of(moment: datetime, zone: str) -> date:
    """The local date of a moment."""
    return moment.astimezone(zone_of(zone)).date()


def at_local(day: date, wall: time, zone: str) -> datetime:
    """The moment (UTC) of a wall time on a local date.

    A time that a clock change leaves out is moved on by as much as the clock was; of one that comes twice it is the first.
    """
    return datetime.combine(day, wall, zone_of(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The moment (UTC) at which the local date ends."""
    return at_local(day + timedelta(days=1), time(), zone)
