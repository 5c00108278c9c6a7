"""Pure: how the light source of the virtual panel warms and cools. First order; its numbers are of no real panel."""

import math
from dataclasses import dataclass
from typing import Final

AMBIENT_C: Final = 25.0
FULL_POWER_RISE_C: Final = 22.0
"""Above ambient, once settled, with every channel at 100 %."""
TIME_CONSTANT_S: Final = 240.0
CUT_OUT_C: Final = 70.0
COOLED_C: Final = 55.0
"""A fault from heat may be cleared below this."""
HOT_TARGET_C: Final = 95.0
HOT_TIME_CONSTANT_S: Final = 5.0
"""Of the fault `hot`: past the cut-out within about five seconds from ambient."""


@dataclass(frozen=True, slots=True)
class Heat:
    """Temperature of the light source at a moment, and what it is heading for."""

    temperature_c: float = AMBIENT_C
    load: float = 0.0
    """Mean of the outputs, 0 to 1."""
    hot: bool = False

    @property
    def target_c(self) -> float:
        return HOT_TARGET_C if self.hot else AMBIENT_C + FULL_POWER_RISE_C * self.load

    @property
    def time_constant_s(self) -> float:
        return HOT_TIME_CONSTANT_S if self.hot else TIME_CONSTANT_S

    def after(self, elapsed_s: float) -> float:
        """Temperature in °C after so many seconds of the present load."""
        return self.target_c + (self.temperature_c - self.target_c) * math.exp(-max(0.0, elapsed_s) / self.time_constant_s)

    def seconds_to(self, limit_c: float) -> float | None:
        """Until the temperature rises through the limit; 0 when it is there, None when it never will."""
        if self.temperature_c >= limit_c:
            return 0.0
        if self.target_c <= limit_c:
            return None
        return self.time_constant_s * math.log((self.target_c - self.temperature_c) / (self.target_c - limit_c))
