"""One whole body of every entity that phones write."""

import uuid
from typing import Any

from sessions_app.screening.questionnaire import nothing_of_these

PANEL = "01890000-0000-7000-8000-00000000aaaa"

BODIES: dict[str, dict[str, Any]] = {
    "profile": {"display_name": "Alice", "colour": "amber", "zone": "Europe/Berlin", "theme": "night", "phototype": 5},
    "regimen": {
        "aim": "fine_lines",
        "sites": ["face", "neck"],
        "panel_id": PANEL,
        "wavelengths": {"660": {"level_pct": 80, "fluence_j_cm2": 6.5}, "850": {"level_pct": 0, "fluence_j_cm2": None}},
        "days": [0, 2, 4],
        "local_time": "21:30",
        "minutes": 9.5,
        "distance_cm": 15,
        "studied": "wunsch_2014",
        "build_up": {"from_pct": 50, "weeks": 4},
        "started_on": "2026-03-02",
        "ended_on": None,
    },
    "screening": {
        "questionnaire_version": 1,
        "answers": {**nothing_of_these(), "medicine_phototoxic": ["retinoids"]},
        "answered_at": "2026-03-01T18:30:00Z",
    },
    "agreement": {"question_id": "lupus", "agreed_on": "2026-02-27", "clinician_note": "Dr. Özgür, by telephone"},
    "session_log": {
        "sites": ["left_hand"],
        "started_at": "2026-03-01T19:00:00.123Z",
        "duration_s": 600,
        "distance_cm": 15.5,
        "panel_id": None,
        "levels_pct": {"660": 100},
        "irradiance_mw_cm2": {"660": 38.5},
        "how": "timer",
        "regimen_id": None,
    },
    "lit_area": {
        "session_id": "01890000-0000-7000-8000-00000000bbbb",
        "areas_cm2": {"left_hand": 80.5},
        "at": "2026-03-01T20:00:00Z",
    },
    "checkin": {
        "session_id": "01890000-0000-7000-8000-00000000bbbb",
        "sites": ["left_hand"],
        "at": "2026-03-01T20:00:00+02:00",
        "comfort": 8,
        "warmth": 1,
        "redness": 1,
        "swelling": 0,
        "headache": 0,
        "redness_lasting": False,
        "blister": False,
        "eye_trouble": False,
        "note": "warm, pleasant 🙂",
    },
    "hold_release": {
        "site": "left_hand",
        "checkin_id": "01890000-0000-7000-8000-00000000cccc",
        "kind": "clinician",
        "agreed_on": "2026-03-01",
        "at": "2026-03-01T21:00:00Z",
    },
    "rating": {"aim": "fine_lines", "value": 4, "at": "2026-03-01T21:00:00Z", "note": ""},
    "correction": {
        "entity": "rating",
        "supersedes": "01890000-0000-7000-8000-00000000dddd",
        "replaced_by": None,
        "reason": "wrong day",
        "at": "2026-03-01T22:00:00Z",
    },
}
FACTS = [name for name in BODIES if name not in {"profile", "regimen"}]


def body(entity: str, **changes: Any) -> dict[str, Any]:
    return {**BODIES[entity], **{name: str(value) if isinstance(value, uuid.UUID) else value for name, value in changes.items()}}
