"""Where the clocks stood when a start was last judged, kept over restarts (docs/dose.md, D20)."""

from datetime import datetime, timedelta

from django.db import transaction

from sessions_app.clock import Moment
from sessions_app.therapy import jumps
from sessions_app.therapy.models import ClockMark


def jumps_by(now: Moment) -> tuple[jumps.Jump, ...]:
    """Look at the clocks; every jump ahead that still counts."""
    here = jumps.Mark(now.wall, now.steady_ms, now.clock_id)
    kept = ClockMark.objects.filter(pk=ClockMark.ONLY).first()
    before = _mark_of(kept) if kept else None
    if before is not None and jumps.look(before, here) is before:
        return before.jumps
    with transaction.atomic():
        kept = ClockMark.objects.select_for_update().filter(pk=ClockMark.ONLY).first()
        mark = jumps.look(_mark_of(kept) if kept else None, here)
        ClockMark.objects.update_or_create(
            pk=ClockMark.ONLY,
            defaults={
                "wall": mark.wall,
                "steady_ms": mark.steady_ms,
                "clock_id": mark.clock_id,
                "jumps": [{"at": one.at.isoformat(), "by_s": one.by / timedelta(seconds=1)} for one in mark.jumps],
            },
        )
    return mark.jumps


def _mark_of(kept: ClockMark) -> jumps.Mark:
    found = tuple(jumps.Jump(datetime.fromisoformat(one["at"]), timedelta(seconds=one["by_s"])) for one in kept.jumps)
    return jumps.Mark(kept.wall, kept.steady_ms, kept.clock_id, found)
