"""Pure: what may be paired, and what an owner may say of a panel's light."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ble_bridge.contract.limits import MAX_CHANNELS
from ble_bridge.contract.wire import Channel, FoundPanel, Identity

Provenance = Literal["lab", "spectrometer", "meter", "claim", "unknown"]
MAX_DISTANCE_CM: Final = 300.0
MAX_IRRADIANCE_MW_CM2: Final = 1000.0
"""As much as a clearance can carry (`wire.Clearance`)."""
MAX_ROWS: Final = 30


@dataclass(frozen=True, slots=True)
class Measured:
    distance_cm: float
    irradiance_mw_cm2: float


@dataclass(frozen=True, slots=True)
class ChannelLight:
    """One channel as its owner confirmed it."""

    wavelength_nm: int
    irradiance: tuple[Measured, ...]
    """At level 100 %, measured; empty where nobody knows."""
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    sentence: str
    next: str


@dataclass(frozen=True, slots=True)
class Pairable:
    """A found panel with all that a paired one needs."""

    identity: Identity
    safety: str
    confirm: str
    blinks: bool


def pairable(found: FoundPanel, *, demo: bool) -> Pairable | Refusal:
    """May this found panel be paired in this household, the instance's demo or another?"""
    if found.profile is None or found.identity is None or found.safety is None or found.confirm is None:
        return Refusal(
            "no_profile", "No profile fits this device, so it cannot be run from here.", "Use the timer and the log with it."
        )
    if demo and not found.virtual:
        return Refusal("demo_only_virtual", "The demo can only use virtual panels.", "Make an account to pair a real panel.")
    if not found.connectable:
        return Refusal(
            "not_connectable", "The panel is there but takes no connection.", "Close the maker's app, then scan again."
        )
    return Pairable(found.identity, found.safety, found.confirm, found.blinks != "never")


def light_problems(found: Sequence[Channel], said: Sequence[ChannelLight]) -> dict[str, str]:
    """What is wrong with what the owner says of the channels, by field; empty when nothing is.

    Where the panel itself names its wavelengths they are not the owner's to change; where it does not, the owner names them in
    the order of the panel's channels.
    """
    problems: dict[str, str] = {}
    wavelengths = [one.wavelength_nm for one in said]
    if not 1 <= len(said) <= MAX_CHANNELS:
        problems["channels"] = f"A panel has 1 to {MAX_CHANNELS} channels."
    elif len(set(wavelengths)) != len(wavelengths):
        problems["channels"] = "Each wavelength can be named once."
    elif found and sorted(wavelengths) != sorted(one.wavelength_nm for one in found):
        problems["channels"] = "The panel itself reports other wavelengths."
    for index, one in enumerate(said):
        problem = _irradiance_problem(one)
        if problem:
            problems[f"channels.{index}.irradiance"] = problem
    return problems


def _irradiance_problem(light: ChannelLight) -> str | None:
    if (light.provenance == "unknown") != (not light.irradiance):
        return "Say how the irradiance is known, or that it is unknown."
    if len(light.irradiance) > MAX_ROWS:
        return f"At most {MAX_ROWS} distances."
    distances = [row.distance_cm for row in light.irradiance]
    if distances != sorted(set(distances)):
        return "Distances must rise, each named once."
    if not all(0 < row.distance_cm <= MAX_DISTANCE_CM for row in light.irradiance):
        return f"Distances lie between 0 and {MAX_DISTANCE_CM:g} cm."
    if not all(0 < row.irradiance_mw_cm2 <= MAX_IRRADIANCE_MW_CM2 for row in light.irradiance):
        return f"Irradiance lies between 0 and {MAX_IRRADIANCE_MW_CM2:g} mW/cm²."
    return None


def confirmed_channels(found: Sequence[Channel], said: Sequence[ChannelLight]) -> list[dict[str, object]]:
    """The channels as they are stored: the panel's order and ranges, the owner's light. `light_problems` has found none."""
    ranges: Mapping[int, Channel] = {one.wavelength_nm: one for one in found}
    order = [one.wavelength_nm for one in found] or [one.wavelength_nm for one in said]
    light = {one.wavelength_nm: one for one in said}
    return [
        {
            "wavelength_nm": nm,
            "min_pct": ranges[nm].min_pct if found else 0,
            "max_pct": ranges[nm].max_pct if found else 100,
            "irradiance": [
                {"distance_cm": row.distance_cm, "irradiance_mw_cm2": row.irradiance_mw_cm2} for row in light[nm].irradiance
            ],
            "provenance": light[nm].provenance,
        }
        for nm in order
    ]
