"""Who may call which route: one line for each. A route without a line fails the test; so does a line without a route.

The numbers are the statuses that owner, member, stranger, anonymous and revoked bridge get, when all of them name the things of
Alice, the owner. `body` makes what they send; it must be good, so that only who they are decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.factories import PASSWORD
from tests.nirweb.access.world import World
from tests.push.browser import BrowserKeys

ALLAUTH = "/_allauth/browser/v1"
Body = Callable[[World], Any]


@dataclass(frozen=True)
class Case:
    owner: int
    member: int
    stranger: int
    anonymous: int
    revoked: int
    body: Body | None = None


def everybody(status: int, body: Body | None = None) -> Case:
    """Nobody need be signed in."""
    return Case(status, status, status, status, status, body)


def each(status: int, body: Body | None = None) -> Case:
    """Everybody who is signed in, about themselves."""
    return Case(status, status, status, 401, 401, body)


def household(status: int, body: Body | None = None) -> Case:
    """The members of the household; to strangers the thing is not there."""
    return Case(status, status, 404, 401, 401, body)


def owners(status: int, body: Body | None = None) -> Case:
    """The owners of the household."""
    return Case(status, 403, 404, 401, 401, body)


def any_owner(status: int, body: Body | None = None) -> Case:
    """Whoever owns a household, for their own."""
    return Case(status, 403, status, 401, 401, body)


def person(status: int, body: Body | None = None) -> Case:
    """One person only: not even the same household."""
    return Case(status, 404, 404, 401, 401, body)


def code(world: World) -> Any:
    return {"user_code": world.enrolment.user_code}


def pairing(world: World) -> Any:
    channels: list[Any] = [{"wavelength_nm": nm, "irradiance": [], "provenance": "unknown"} for nm in (660, 850)]
    return {
        "id": "01a20369-5ab8-75e1-95d2-a27d29807c4a",
        "bridge_id": str(world.bridge_id),
        "found_id": world.sighting.found_id,
        "name": "New panel",
        "channels": channels,
    }


def start(world: World) -> Any:
    caller = world.people.get(world.caller, world.alice)
    return {"plan": world.plan, "ticket": world.ticket(), "person_id": str(caller.pk), "eyewear_confirmed": True, "run_no": 1}


def invited(world: World) -> Any:
    return {"code": world.code}


CASES: dict[str, Case] = {
    # the phone app's files, and the server's health
    "GET /": everybody(200),
    "GET /sw.js": everybody(200),
    # the home network: a page and a certificate that are everybody's; without a home network there is no certificate
    "GET /api/home/reached": everybody(200),
    "GET /api/home/authority": everybody(404),
    "GET /session/deep/link": everybody(200),
    "GET /healthz": everybody(200),
    "GET /readyz": everybody(503),
    # accounts
    "GET /api/csrf": everybody(200),
    "GET /api/instance": everybody(200),
    "GET /api/me": each(200),
    "POST /api/consent": each(201, lambda world: {"version": "1"}),
    "DELETE /api/consent": each(200),
    "POST /api/account/close": Case(409, 200, 200, 401, 401, lambda world: {"password": PASSWORD}),
    "GET /api/phones": each(200),
    "DELETE /api/phones/{phone_id}": person(204),
    "POST /api/demo": everybody(201),
    # the household: its people see it, its owners change it; an invitation is for whoever holds its code
    "PATCH /api/households/{household_id}": owners(204, lambda world: {"name": "Another name"}),
    "PATCH /api/households/{household_id}/members/{user_id}": owners(204, lambda world: {"role": "owner"}),
    "DELETE /api/households/{household_id}/members/{user_id}": owners(204),
    "POST /api/households/{household_id}/leave": Case(409, 204, 404, 401, 401),
    "GET /api/households/{household_id}/invitations": owners(200),
    "POST /api/households/{household_id}/invitations": owners(201),
    "DELETE /api/households/{household_id}/invitations/{invitation_id}": owners(204),
    "POST /api/invitations/look": everybody(200, invited),
    "POST /api/invitations/join": each(201, invited),
    # bridges and panels
    "GET /api/bridges": each(200),
    "DELETE /api/bridges/{bridge_id}": owners(204),
    "GET /api/bridges/enrol/endpoints": everybody(200),
    "POST /api/bridges/enrol/lookup": any_owner(200, code),
    "POST /api/bridges/enrol/approve": any_owner(201, code),
    "POST /api/bridges/enrol/deny": any_owner(204, code),
    "POST /api/bridges/enrol/device": everybody(400),
    "POST /api/bridges/enrol/token": everybody(400),
    "POST /api/bridges/{bridge_id}/scan": household(202),
    "GET /api/bridges/{bridge_id}/found": household(200),
    "POST /api/bridges/{bridge_id}/identify": household(202, lambda world: {"found_id": world.sighting.found_id}),
    "POST /api/bridges/{bridge_id}/profiles": owners(202, lambda world: {"text": "profile = 1"}),
    "GET /api/profiles": each(200),
    "DELETE /api/bridges/{bridge_id}/profiles/{file}": owners(202),
    "POST /api/bridges/{bridge_id}/checkup": owners(202),
    "GET /api/bridges/{bridge_id}/checkup": owners(200),
    "GET /api/panels": each(200),
    "POST /api/panels": owners(201, pairing),
    "GET /api/panels/{panel_id}": household(200),
    "PATCH /api/panels/{panel_id}": owners(200, lambda world: {"name": "Another name"}),
    "GET /api/panels/{panel_id}/passport": household(200),
    "PUT /api/panels/{panel_id}/passport": owners(
        200, lambda world: {"purchased_on": "2026-01-02", "warranty_until": None, "measure_again_on": None}
    ),
    "DELETE /api/panels/{panel_id}": owners(204),
    "POST /api/panels/{panel_id}/identify": household(202),
    # therapy: a session belongs to one person; a stop belongs to whoever holds its token, or is in the household
    "POST /api/therapy/check": household(200, lambda world: world.plan),
    "POST /api/therapy/start": Case(202, 202, 409, 401, 401, start),
    "POST /api/therapy/stop": everybody(202, lambda world: {"stop_token": world.started.stop_token}),
    "POST /api/therapy/panels/{panel_id}/stop": household(202, lambda world: {"emergency": False}),
    "GET /api/therapy/sessions/{session_id}": person(200),
    "POST /api/therapy/sessions/{session_id}/levels": person(202, lambda world: {"levels_pct": {"660": 40}}),
    "POST /api/therapy/sessions/{session_id}/pause": person(202),
    "POST /api/therapy/sessions/{session_id}/still-here": person(204),
    # reminders: about oneself
    "GET /api/reminders/key": each(200),
    "GET /api/reminders/subscriptions": each(200),
    "POST /api/reminders/subscriptions": each(201, lambda world: BrowserKeys().subscription()),
    "DELETE /api/reminders/subscriptions/{subscription_id}": person(204),
    "POST /api/reminders/test": Case(503, 404, 404, 401, 401, lambda world: {"subscription_id": str(world.subscription_id)}),
    "POST /api/reminders/snooze": person(202, lambda world: world.due),
    # sync
    "POST /api/sync": each(200, lambda world: {"device": "01a20369-5ab8-75e1-95d2-a27d29807c4a", "schema": 1, "epoch": None,
                                               "cursor": None, "limit": 100, "ops": []}),
    # allauth, for the browser: each about themselves; it answers 401 also to who has just signed out
    f"GET {ALLAUTH}/config": everybody(200),
    f"GET {ALLAUTH}/auth/session": each(200),
    f"DELETE {ALLAUTH}/auth/session": everybody(401),
    f"POST {ALLAUTH}/auth/login": everybody(400, lambda world: {"email": "x@example.org", "password": "x"}),
    f"POST {ALLAUTH}/auth/signup": everybody(400, lambda world: {"email": "x"}),
    f"POST {ALLAUTH}/auth/reauthenticate": Case(400, 400, 400, 401, 401, lambda world: {"password": "x"}),
    f"GET {ALLAUTH}/auth/email/verify": everybody(400),
    f"POST {ALLAUTH}/auth/email/verify": everybody(400, lambda world: {"key": "x"}),
    f"POST {ALLAUTH}/auth/password/request": everybody(200, lambda world: {"email": "x@example.org"}),
    f"GET {ALLAUTH}/auth/password/reset": everybody(400),
    f"POST {ALLAUTH}/auth/password/reset": everybody(400, lambda world: {"key": "x-y", "password": "a lamp in the evening"}),
    f"POST {ALLAUTH}/account/password/change": Case(400, 400, 400, 401, 401, lambda world: {"new_password": "x"}),
    f"GET {ALLAUTH}/account/email": each(200),
    f"POST {ALLAUTH}/account/email": Case(400, 400, 400, 409, 409, lambda world: {"email": "x"}),
    f"PUT {ALLAUTH}/account/email": each(400, lambda world: {"email": "alice@example.org"}),
    f"PATCH {ALLAUTH}/account/email": each(400, lambda world: {"email": "alice@example.org", "primary": True}),
    f"DELETE {ALLAUTH}/account/email": each(400, lambda world: {"email": "alice@example.org"}),
    # the live lines: 101 is a line, anything else refuses the handshake
    "WS /ws/bridge": everybody(401),
    "WS /ws/phone": Case(101, 101, 101, 401, 401),
}  # fmt: skip
