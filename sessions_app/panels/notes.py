"""What phones are told as it happens. Told after the commit; never stored, never acted on."""

from functools import partial
from uuid import UUID

from django.db import transaction

from ble_bridge.contract import wire
from sessions_app.panels import doorbell, hub, phone_wire
from sessions_app.panels.models import Command

_STATES = {
    Command.State.WAITING: "sent",
    Command.State.GRANTED: "granted",
    Command.State.DONE: "ok",
    Command.State.FAILED: "failed",
    Command.State.EXPIRED: "expired",
    Command.State.CANCELLED: "cancelled",
}


def to_person(user_id: UUID, message: phone_wire.Message) -> None:
    """Tell the phones of one person, once the transaction that this is called in has committed."""
    transaction.on_commit(partial(doorbell.say, doorbell.scope(user_id), {"phone": message.model_dump(mode="json")}))


def to_household(household_id: UUID, message: phone_wire.Message) -> None:
    """Tell the phones of everyone in the household, once the transaction has committed."""
    transaction.on_commit(partial(doorbell.say, doorbell.scope(household_id), {"phone": message.model_dump(mode="json")}))


def command(row: Command) -> None:
    """How a command stands, to who gave it."""
    if row.user_id is None:
        return
    note = phone_wire.CommandNote.model_validate(
        {
            "command_id": row.pk,
            "kind": row.kind,
            "session_id": row.session_id,
            "state": _STATES[Command.State(row.state)],
            "code": row.code,
            "detail": row.detail,
        }
    )
    to_person(row.user_id, note)


def panel_state(state: wire.PanelState, person_id: UUID | None) -> hub.Note:
    """For the household's lines: each shows what a session brings only to its person."""
    return {"phone": state.model_dump(mode="json"), "person": str(person_id) if person_id else None}
