"""Pure: the code of an invitation, and who may do what to whom in a household (docs/household.md)."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

Role = Literal["owner", "member"]
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; nothing that looks like a digit (RFC 8628, 6.1)."""
CODE_LENGTH: Final = 16
"""About 69 bits: nobody guesses one in a day [M10]."""
LIFE: Final = timedelta(hours=24)
MAX_OPEN: Final = 10
"""Invitations of one household that are open at one time."""
_LINKED: Final = re.compile(rf"#([a-z]{{{CODE_LENGTH}}})(?![0-9a-z])", re.IGNORECASE)
"""In a link, whatever the message says around it."""
_BETWEEN: Final = re.compile(r"[^0-9A-Za-z]+")
"""Spaces, and whatever dashes, brackets and full stops a keyboard or another app puts around and between."""


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    code: str
    sentence: str
    next: str


def new_code(choose: Callable[[str], str]) -> str:
    """`choose` picks one letter of a text, unpredictably."""
    return "".join(choose(LETTERS) for _ in range(CODE_LENGTH))


def shown(code: str) -> str:
    """As it is shown and read aloud: BCDF-GHJK-LMNP-QRST."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed(text: str) -> str | None:
    """The code that was typed or came with a link, in any case, with or without dashes; None where it cannot be one."""
    linked = _LINKED.search(text)
    code = (linked[1] if linked else _BETWEEN.sub("", text)).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else None


def hashed(code: str) -> str:
    return hashlib.sha256(f"nirweb invitation {code}".encode()).hexdigest()


def leaving(roles: Mapping[UUID, Role], who: UUID) -> Refusal | None:
    """May this person leave? Their household needs an owner as long as anybody is in it [M20]."""
    if len(roles) == 1:
        return Refusal(409, "only_person", "You are the only person in this household.", "There is nobody to leave.")
    if roles[who] == "owner" and list(roles.values()).count("owner") == 1:
        return Refusal(
            409, "last_owner", "You are the only owner of this household.", "Make somebody else an owner first, then leave."
        )
    return None


def removing(roles: Mapping[UUID, Role], who: UUID, whom: UUID) -> Refusal | None:
    """May this person remove that one [M21]? They may have become a member, or have left, since they asked."""
    if roles.get(who) != "owner":
        return Refusal(403, "owner_only", "You do not own this household any more.", "Ask an owner to do it.")
    if roles[whom] == "owner":
        return Refusal(409, "is_owner", "An owner cannot be removed by another.", "Ask them to leave, or to become a member.")
    return None


def changing(roles: Mapping[UUID, Role], who: UUID, whom: UUID, to: Role) -> Refusal | None:
    """May this owner give that person this role [M23]? Owners are equals: each lowers only themselves."""
    if to == "member" and who != whom and roles[whom] == "owner":
        return Refusal(409, "is_owner", "An owner is made a member only by themselves.", "Ask them to do it.")
    if to == "member" and list(roles.values()).count("owner") == 1 and roles[whom] == "owner":
        return Refusal(409, "last_owner", "A household needs an owner.", "Make somebody else an owner first.")
    return None
