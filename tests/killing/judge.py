"""What one round showed, judged: true light against the plan, the screen's claims against true light. Values in, verdict out.

Times are seconds of CLOCK_MONOTONIC, the same for every process of the machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ble_bridge.contract import limits
from ble_bridge.virtual.light import Light, Span, lit_spans

Claim = Literal["on", "off", ""]
"""What the screen says: lit, off for certain, or neither."""
LATEST_START_S: Final = 10.0
OVERRUN_S: Final = 1.0
AFTER_LOSS_S: Final = limits.DEADMAN_MS / 1000 + 0.5
UNKNOWN_WITHIN_S: Final = 5.0
"""P7: so long a screen may go on saying "on" after the light went."""
SETTLED_S: Final = 1.0
"""News of a light that has just come needs so long to the screen that said "off"."""
DOSE_S: Final = 0.3
CONFIRMED_DOSE_S: Final = 1.5
"""How much more than true light a dose that is called confirmed may be."""


@dataclass(frozen=True)
class Seen:
    """All that one round gave to judge by."""

    tapped_s: float
    ended_s: float
    duration_s: int
    history: Sequence[Light]
    claims: Sequence[tuple[float, Claim]] = ()
    """What the screen said from then on."""
    bridge_killed_s: float | None = None
    stop_tapped_s: float | None = None
    booked_s: Mapping[int, float] | None = None
    """Full-level seconds by wavelength; None: the server knows of no session."""
    confirmed: bool = False


@dataclass(frozen=True)
class Verdict:
    """Figures of one round; None where there was nothing to measure."""

    started_after_s: float | None = None
    overrun_s: float | None = None
    """Past the planned end; below 0 when it ended sooner."""
    after_loss_s: float | None = None
    """How long the lamp was lit after its bridge was killed."""
    stopped_after_s: float | None = None
    wrong: list[str] = field(default_factory=list)


def judge(seen: Seen) -> Verdict:
    spans = [Span(span.on_s, seen.ended_s if span.off_s is None else span.off_s) for span in lit_spans(seen.history)]
    light = Verdict(
        started_after_s=spans[0].on_s - seen.tapped_s if spans else None,
        overrun_s=max(_off(span) - span.on_s for span in spans) - seen.duration_s if spans else None,
        after_loss_s=_lit_after(spans, seen.bridge_killed_s),
        stopped_after_s=_lit_after(spans, seen.stop_tapped_s),
    )
    wrong = [*_of_light(light, spans), *_of_screen(seen, spans), *_of_dose(seen)]
    return Verdict(light.started_after_s, light.overrun_s, light.after_loss_s, light.stopped_after_s, wrong)


def _off(span: Span) -> float:
    assert span.off_s is not None
    return span.off_s


def _lit_after(spans: Sequence[Span], moment_s: float | None) -> float | None:
    if moment_s is None:
        return None
    return next((_off(span) - moment_s for span in spans if span.on_s <= moment_s < _off(span)), None)


def _of_light(light: Verdict, spans: Sequence[Span]) -> list[str]:
    wrong = []
    if len(spans) > 1:
        wrong.append(f"lit {len(spans)} times by one start")
    if light.started_after_s is not None and light.started_after_s > LATEST_START_S:
        wrong.append(f"a late start: lit {light.started_after_s:.2f} s after the tap")
    if light.overrun_s is not None and light.overrun_s > OVERRUN_S:
        wrong.append(f"lit {light.overrun_s:.2f} s past its planned end")
    if light.after_loss_s is not None and light.after_loss_s > AFTER_LOSS_S:
        wrong.append(f"lit {light.after_loss_s:.2f} s after its bridge was killed")
    return wrong


# ── The screen ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _of_screen(seen: Seen, spans: Sequence[Span]) -> list[str]:
    """A claim is false when true light contradicted it for longer than news may take."""
    wrong = []
    moments = [at for at, _ in seen.claims] + [seen.ended_s]
    for (since_s, claim), until_s in zip(seen.claims, moments[1:], strict=True):
        lit = [(max(since_s, span.on_s), min(until_s, _off(span))) for span in spans]
        lit = [(begins, over) for begins, over in lit if over > begins]
        if claim == "off":
            wrong += [f"“off” for {over - begins:.2f} s of light" for begins, over in lit if over - begins > SETTLED_S]
        if claim == "on":
            dark = _gaps(lit, since_s, until_s)
            wrong += [f"“on” for {length:.2f} s of darkness" for length in dark if length > UNKNOWN_WITHIN_S]
    return wrong


def _gaps(lit: Sequence[tuple[float, float]], since_s: float, until_s: float) -> list[float]:
    edges = [since_s, *(edge for pair in lit for edge in pair), until_s]
    return [over - begins for begins, over in zip(edges[::2], edges[1::2], strict=True)]


# ── The dose ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def full_level_s(history: Sequence[Light], until_s: float) -> dict[int, float]:
    """Σ on-time × level/100 by wavelength: what the lamp truly gave."""
    total: dict[int, float] = {}
    ends = [light.t for light in history[1:]] + [until_s]
    for light, over_s in zip(history, ends, strict=True):
        for nm, level in light.levels.items():
            total[nm] = total.get(nm, 0.0) + (over_s - light.t) * level / 100
    return total


def _of_dose(seen: Seen) -> list[str]:
    wrong = []
    for nm, truly_s in full_level_s(seen.history, seen.ended_s).items():
        booked_s = (seen.booked_s or {}).get(nm, 0.0)
        if booked_s < truly_s - DOSE_S:
            wrong.append(f"{nm} nm: {truly_s:.2f} s of full light, and {booked_s:.2f} s booked")
        elif seen.confirmed and booked_s > truly_s + CONFIRMED_DOSE_S:
            wrong.append(f"{nm} nm: {truly_s:.2f} s of full light, and {booked_s:.2f} s called confirmed")
    return wrong
