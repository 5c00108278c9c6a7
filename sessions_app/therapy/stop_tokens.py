"""Stop tokens: the authority to stop one run, told apart without a database.

They never expire, and can only ever turn light off.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.conf import settings
from django.core.signing import BadSignature, Signer

from ble_bridge.contract import wire
from sessions_app.problems import Problem


@dataclass(frozen=True, slots=True)
class StopToken:
    """What a stop token says: whose run, where."""

    user_id: UUID
    bridge_id: UUID
    panel_id: UUID
    session_id: UUID
    run_no: int

    def stop(self, *, emergency: bool, trace: str) -> wire.Stop:
        """The stop it stands for. The same token asks for the same stop, so that repeating it is harmless."""
        return wire.Stop(
            command_id=uuid5(self.session_id, f"stop {self.run_no}{' emergency' if emergency else ''}"),
            panel_id=self.panel_id,
            session_id=self.session_id,
            run_no=self.run_no,
            emergency=emergency,
            trace=trace,
        )


def issue(token: StopToken) -> str:
    said = [token.user_id.hex, token.bridge_id.hex, token.panel_id.hex, token.session_id.hex, token.run_no]
    return _signer().sign_object(said)


def read(text: str) -> StopToken:
    """Problem 403 `stop_token_invalid` for what was not issued here."""
    try:
        user, bridge, panel, session, run_no = _signer().unsign_object(text)
        return StopToken(UUID(user), UUID(bridge), UUID(panel), UUID(session), int(run_no))
    except (BadSignature, ValueError, TypeError, AttributeError):
        raise Problem(
            403,
            "stop_token_invalid",
            "This stop could not be recognised.",
            "Use the stop of the panel's page, the panel's own button, or pull its plug.",
        ) from None


def _signer() -> Signer:
    return Signer(key=settings.STOP_KEY, salt="nirweb.stop")
