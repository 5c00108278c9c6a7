"""Start tickets: proof that this very plan was allowed a moment ago, to this person, on this device.

A start without a fresh one is refused, so a tap that was held up in a tunnel lights nothing (P4). Signed with a key of their own.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from ble_bridge.contract import limits
from sessions_app.clock import Moment
from sessions_app.panels.phone_wire import CheckBody
from sessions_app.problems import Problem

LIFE_MS: Final = limits.TICKET_LIFE_MS


def issue(user_id: UUID, device: str, plan: CheckBody, now: Moment) -> str:
    """A ticket for this plan, good for 10 s from `now`, to this person on this signed-in device only."""
    return _signer().sign_object(
        {
            **_bound_to(user_id, device, plan),
            "wall_ms": round(now.wall.timestamp() * 1000),
            "steady_ms": now.steady_ms,
            "clock": now.clock_id,
        }
    )


def verify(ticket: str, user_id: UUID, device: str, plan: CheckBody, now: Moment) -> int:
    """How many ms of its life are left.

    Problem 409 `ticket_expired` when it is older than 10 s, by either clock; `ticket_invalid` when it is for anything else.
    """
    try:
        said = _signer().unsign_object(ticket)
        made_at = datetime.fromtimestamp(said["wall_ms"] / 1000, UTC)
        steady_ms, clock = int(said["steady_ms"]), str(said["clock"])
    except (BadSignature, ValueError, KeyError, TypeError, OverflowError):
        raise _invalid() from None
    if any(said.get(key) != value for key, value in _bound_to(user_id, device, plan).items()):
        raise _invalid()
    left_ms = now.life_left_ms(Moment(made_at, steady_ms, clock), LIFE_MS)
    if left_ms <= 0:
        raise Problem(409, "ticket_expired", "The start came too late, so nothing was started.", "Hold to start again.")
    return left_ms


def plan_hash(plan: CheckBody) -> str:
    """One name for all that the plan would do with light. Order of sites and spelling of numbers make no difference."""
    what: dict[str, Any] = {
        "sites": sorted(plan.sites),
        "distance_cm": float(plan.distance_cm),
        "duration_s": plan.duration_s,
        "levels_pct": {str(nm): level for nm, level in sorted(plan.levels_pct.items())},
        "eyewear": plan.eyewear,
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:32]


def _bound_to(user_id: UUID, device: str, plan: CheckBody) -> dict[str, str]:
    return {
        "user": str(user_id),
        "device": device,
        "panel": str(plan.panel_id),
        "session": str(plan.session_id),
        "plan": plan_hash(plan),
    }


def _signer() -> Signer:
    return Signer(key=settings.TICKET_KEY, salt="nirweb.start-ticket")


def _invalid() -> Problem:
    return Problem(409, "ticket_invalid", "This start was not checked as it stands.", "Check the plan, then hold to start again.")
