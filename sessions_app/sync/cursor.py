"""How far a phone has seen each scope: signed, bound to the person, opaque to the phone [Y23]."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core import signing

from sessions_app.problems import Problem

SALT: Final = "nirweb.sync.cursor"


@dataclass(frozen=True, slots=True)
class Seen:
    """`position`: read up to here. `whole_from`: the counter when the scope was begun; a tombstone up to it cannot be missed."""

    position: int
    whole_from: int


Cursor = Mapping[UUID, Seen]


def write(user_id: UUID, cursor: Cursor) -> str:
    scopes = {scope_id.hex: [seen.position, seen.whole_from] for scope_id, seen in cursor.items()}
    return signing.dumps({"u": user_id.hex, "s": scopes}, salt=SALT, compress=True)


def read(user_id: UUID, text: str | None) -> Cursor:
    """Raises `Problem` 410 when it was not written here for this person [Y23]."""
    if text is None:
        return {}
    try:
        found = signing.loads(text, salt=SALT)
        if found["u"] == user_id.hex:
            return {UUID(scope): Seen(*numbers) for scope, numbers in found["s"].items()}
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        pass
    raise Problem(
        410, "cursor_unknown", "This phone's place in the records is not known here.", "The app reads everything again."
    )
