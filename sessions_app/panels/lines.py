"""The live lines of bridges and phones: `/ws/bridge` and `/ws/phone`. Opened and closed with the server's process."""

from uuid import UUID

from sessions_app.panels import bridge_line as bridge
from sessions_app.panels import hub, phone_auth
from sessions_app.panels import phone_line as phone
from sessions_app.panels.enrolment.tokens import authenticate_bridge
from sessions_app.panels.line import Line, Receive, Scope, Send, refuse
from sessions_app.panels.offload import in_database
from sessions_app.panels.ports import therapy


async def start() -> None:
    """Called once when the process is ready to serve."""
    await hub.here()


async def stop() -> None:
    """Called once when the process ends."""
    await hub.aclose()
    await in_database(therapy().flush)


async def bridge_line(scope: Scope, receive: Receive, send: Send) -> None:
    """A bridge, known by its bearer token [B1]."""
    bridge_id = await in_database(_bridge_of, _bearer(scope))
    if bridge_id is None:
        await refuse(scope, receive, send, 401)
        return
    await receive()
    scope["headers"] = ()  # read; they would be kept for as long as the line is open
    await bridge.serve(bridge_id, Line(receive, send))


def _bridge_of(token: str | None) -> UUID | None:
    known = authenticate_bridge(token) if token else None
    return known.pk if known else None


def _bearer(scope: Scope) -> str | None:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1:
        return None
    scheme, _, token = given[0].decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def phone_line(scope: Scope, receive: Receive, send: Send) -> None:
    """A signed-in person's phone, from our own page."""
    if not phone_auth.origin_allowed(scope):
        await refuse(scope, receive, send, 403)
        return
    key = phone_auth.session_key(scope)
    who = await in_database(phone_auth.who, key) if key else None
    if who is None:
        await refuse(scope, receive, send, 401)
        return
    await receive()
    await phone.serve(who, Line(receive, send))
