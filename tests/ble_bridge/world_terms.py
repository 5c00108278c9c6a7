"""What is asked for in the world of the session machine, and how true and told light are kept."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ble_bridge.contract.wire import Clearance, StartArgs

PANEL = UUID(int=7)
PERSON = UUID(int=8)
SESSION = UUID(int=9)
TICK_MS = 100
Levels = dict[int, int]


def clearance(**changes: Any) -> Clearance:
    """Wide enough for `start()`; any field can be changed."""
    wide: dict[str, Any] = {
        "person_id": PERSON, "sites": ["face"], "wavelengths_nm": [660, 850], "max_level_pct": {660: 100, 850: 100},
        "max_duration_s": 600, "max_fluence_j_cm2": 50.0, "irradiance_mw_cm2": {660: 30.0, 850: 30.0},
    }  # fmt: skip
    return Clearance(**{**wide, **changes})


def start_args(session: UUID = SESSION, run_no: int = 1, **changes: Any) -> StartArgs:
    plain: dict[str, Any] = {"duration_s": 60, "levels_pct": {660: 80, 850: 50}, "ramp_s": 0}
    return StartArgs(session_id=session, run_no=run_no, panel_id=PANEL, **{**plain, **changes})


@dataclass
class Account:
    """True light of one run, from the firmware, and what was told of it."""

    true_full_level_ms: dict[int, float] = field(default_factory=dict)
    true_on_ms: float = 0.0
    told_full_level_s: dict[int, float] = field(default_factory=dict)
    told_on_s: float = 0.0
    told_confirmed: bool = True
    first_lit_ms: int | None = None
    last_lit_ms: int | None = None
