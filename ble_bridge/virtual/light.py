"""The record of true light: what the lamp gave and when, whatever anybody believes."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

KEPT: Final = 20_000
"""Changes kept; the oldest are dropped."""


@dataclass(frozen=True, slots=True)
class Light:
    """From `t` on, until the next record, the lamp gives these levels."""

    t: float
    """Seconds of CLOCK_MONOTONIC, the same for every process of the machine."""
    levels: dict[int, int]
    """Percent by wavelength in nm."""

    @property
    def on(self) -> bool:
        return any(self.levels.values())


@dataclass(frozen=True, slots=True)
class Span:
    """The lamp was on from `on_s` until `off_s`; None: it still is."""

    on_s: float
    off_s: float | None


class LightRecord:
    def __init__(self, wavelengths_nm: Sequence[int], now_s: float) -> None:
        self._wavelengths_nm = tuple(wavelengths_nm)
        self._lights: deque[Light] = deque(maxlen=KEPT)
        self.note((0,) * len(self._wavelengths_nm), now_s)

    def note(self, levels_pct: Sequence[int], now_s: float) -> bool:
        """Records a change; True when there was one."""
        levels = dict(zip(self._wavelengths_nm, levels_pct, strict=True))
        if self._lights and self._lights[-1].levels == levels:
            return False
        self._lights.append(Light(now_s, levels))
        return True

    def history(self) -> list[Light]:
        return list(self._lights)


def lit_spans(history: Iterable[Light]) -> list[Span]:
    """When the lamp was on, at whatever level."""
    spans: list[Span] = []
    on_s: float | None = None
    for light in history:
        if light.on and on_s is None:
            on_s = light.t
        elif not light.on and on_s is not None:
            spans.append(Span(on_s, light.t))
            on_s = None
    if on_s is not None:
        spans.append(Span(on_s, None))
    return spans
