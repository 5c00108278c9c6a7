"""A year of somebody's entries, sent by the ordinary route as if another phone of theirs had made them."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from playwright.sync_api import APIRequestContext

AIM: Final = "fine_lines"
DAYS: Final = 365
AT_ONCE: Final = 200
SKIPPED_DAYS: Final = (2, 5)
"""Of each seven days: a person does not keep every one."""

Draft = tuple[str, str, dict[str, Any]]


def _records(now: datetime) -> Iterator[Draft]:
    course = str(uuid.uuid4())
    began = (now - timedelta(days=DAYS)).date().isoformat()
    light = {"660": {"level_pct": 80, "fluence_j_cm2": None}, "850": {"level_pct": 60, "fluence_j_cm2": None}}
    yield "regimen", course, {
        "aim": AIM, "sites": ["face", "neck"], "panel_id": None, "wavelengths": light, "days": [0, 1, 2, 3, 4, 5, 6],
        "local_time": "", "minutes": 10, "distance_cm": 20, "studied": None, "started_on": began, "ended_on": None,
    }  # fmt: skip
    for day in range(DAYS, 0, -1):
        at = now - timedelta(days=day)
        if day % 7 in SKIPPED_DAYS:
            continue
        session = str(uuid.uuid4())
        yield "session_log", session, {
            "sites": ["face", "neck"], "started_at": at.isoformat(), "duration_s": 600 + 60 * (day % 3), "distance_cm": 20,
            "panel_id": None, "levels_pct": {"660": 80, "850": 60}, "irradiance_mw_cm2": {"660": 4.0, "850": 3.0},
            "how": "by_hand", "regimen_id": course,
        }  # fmt: skip
        yield "checkin", str(uuid.uuid4()), {
            "session_id": session, "sites": ["face"], "at": (at + timedelta(hours=1)).isoformat(), "comfort": 7 + day % 3,
            "warmth": 0, "redness": 0, "swelling": 0, "headache": 0, "redness_lasting": False, "blister": False,
            "eye_trouble": False, "note": "",
        }  # fmt: skip
        if day % 7 == 0:
            value = 4 + (DAYS - day) // 90 + day % 2
            yield "rating", str(uuid.uuid4()), {"aim": AIM, "value": value, "at": at.isoformat(), "note": ""}


def write_a_year(request: APIRequestContext, origin: str) -> int:
    """How many records the server took. Who is signed in is in the request's cookies."""
    token = request.get(f"{origin}/api/csrf").json()["token"]
    device = str(uuid.uuid4())
    now = datetime.now(UTC)
    stamp = f"{int(now.timestamp() * 1000):012x}"
    ops = [
        {"n": n, "kind": "put", "entity": entity, "id": one, "hlc": f"{stamp}-{n:04x}-{device.replace('-', '')}", "body": body}
        for n, (entity, one, body) in enumerate(_records(now), 1)
    ]
    for first in range(0, len(ops), AT_ONCE):
        body = {"device": device, "schema": 1, "epoch": None, "cursor": None, "limit": 1, "ops": ops[first : first + AT_ONCE]}
        reply = request.post(f"{origin}/api/sync", data=body, headers={"X-CSRFToken": token, "Origin": origin})
        said = reply.json()
        assert reply.ok, said
        assert said["rejected"] == []
    return len(ops)
