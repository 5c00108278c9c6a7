"""What was delivered, booked from the panel's reports [B43]. Pure.

Between two reports light is counted at the higher of what was held and what is then found, so that the sum is never too low.
"""

from dataclasses import replace

from ble_bridge.contract.wire import Clearance
from ble_bridge.run_limits import fluence_j_cm2
from ble_bridge.run_model import Meter
from ble_bridge.run_words import Levels, Tell


def highest(first: Levels, second: Levels) -> dict[int, int]:
    """The higher level of each wavelength."""
    return {nm: max(first.get(nm, 0), second.get(nm, 0)) for nm in {*first, *second}}


def count(meter: Meter, until_ms: int, at: Levels, *, confirmed: bool = True) -> Meter:
    """Book the light since `counted_ms` at these levels."""
    span_ms = until_ms - meter.counted_ms
    if span_ms <= 0:
        return meter
    full = dict(meter.full_level_ms)
    for nm, pct in at.items():
        full[nm] = full.get(nm, 0.0) + span_ms * pct / 100
    lit_ms = span_ms if any(at.values()) else 0
    return replace(
        meter, counted_ms=until_ms, on_ms=meter.on_ms + lit_ms, full_level_ms=full, confirmed=meter.confirmed and confirmed
    )


def hold(meter: Meter, now_ms: int, levels_pct: Levels) -> Meter:
    """New levels were written: until a report says which, the higher of old and new is held."""
    return replace(count(meter, now_ms, meter.held), held=highest(meter.held, levels_pct))


def see(meter: Meter, now_ms: int, levels_pct: Levels, *, confirmed: bool = True) -> Meter:
    """The panel says its levels: book the time since at the higher of held and seen, and hold what was seen."""
    return replace(count(meter, now_ms, highest(meter.held, levels_pct), confirmed=confirmed), held=dict(levels_pct))


def end(meter: Meter, until_ms: int, *, confirmed: bool = True) -> Meter:
    """The light ended by then; nothing is counted after it."""
    ended = count(meter, until_ms, meter.held, confirmed=confirmed)
    return replace(ended, held={})


def given_j_cm2(meter: Meter, clearance: Clearance, now_ms: int) -> float:
    """Fluence up to now, with the light since the last report at what is held, J/cm²."""
    soon = count(meter, now_ms, meter.held)
    return fluence_j_cm2(clearance, {nm: ms / 1000 for nm, ms in soon.full_level_ms.items()})


def told(meter: Meter, now_ms: int) -> Meter:
    """All that is counted has been told."""
    return replace(meter, told_ms=now_ms, told_on_ms=meter.on_ms, told_full_level_ms=dict(meter.full_level_ms), confirmed=True)


def untold(meter: Meter) -> Tell | None:
    """A `dose` event of what was booked since the last one, or None if that is nothing."""
    on_ms = meter.on_ms - meter.told_on_ms
    if on_ms <= 0:
        return None
    full = {nm: (ms - meter.told_full_level_ms.get(nm, 0.0)) / 1000 for nm, ms in meter.full_level_ms.items()}
    return Tell(
        "dose",
        on_time_s=round(on_ms / 1000, 3),
        full_level_s={nm: round(max(0.0, s), 3) for nm, s in full.items()},
        confirmed=meter.confirmed,
        counted_ms=meter.counted_ms,
    )
