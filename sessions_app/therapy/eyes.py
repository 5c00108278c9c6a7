"""Infrared at the cornea, for sessions on the face.

E ≤ 18000·t^-0.75 W/m² below 1000 s, 100 W/m² from there, 780-3000 nm (ICNIRP, IEC 62471; docs/evidence.md, "Eyes").
The irradiance at the skin is taken for that at the cornea. Visible light, 660 nm too, would need radiance: the safety of
the retina is never inferred from irradiance, and eyewear is confirmed before every session whatever this says.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Final

from sessions_app.dose import DoseError, w_m2_of

INFRARED_NM: Final = (780, 3000)
LONG_EXPOSURE_S: Final = 1000
LONG_LIMIT_W_M2: Final = 100.0


def infrared(wavelength_nm: int) -> bool:
    return INFRARED_NM[0] <= wavelength_nm <= INFRARED_NM[1]


def limit_w_m2(exposure_s: float) -> float:
    """The most infrared (W/m²) that may reach the cornea for this long. DoseError unless the time is above zero."""
    if not isfinite(exposure_s) or exposure_s <= 0:
        raise DoseError(f"exposure of {exposure_s} s")
    return 18_000 * exposure_s**-0.75 if exposure_s < LONG_EXPOSURE_S else LONG_LIMIT_W_M2


def infrared_w_m2(irradiance_mw_cm2: Mapping[int, float], levels_pct: Mapping[int, float]) -> float:
    """Infrared of all channels together (W/m²). `irradiance_mw_cm2` is at level 100 %. DoseError where one is missing."""
    total = 0.0
    for wavelength_nm, level_pct in sorted(levels_pct.items()):
        if level_pct == 0 or not infrared(wavelength_nm):
            continue
        if wavelength_nm not in irradiance_mw_cm2:
            raise DoseError(f"the irradiance at {wavelength_nm} nm is missing")
        total += w_m2_of(irradiance_mw_cm2[wavelength_nm]) * level_pct / 100
    if not isfinite(total) or total < 0:
        raise DoseError(f"infrared of {total} W/m²")
    return total
