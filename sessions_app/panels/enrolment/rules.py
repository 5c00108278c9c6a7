"""Pure: the code that a person types, and what a bridge may say of itself."""

import re
from collections.abc import Callable
from typing import Final

LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; nothing that looks like a digit (RFC 8628, 6.1)."""
CODE_LENGTH: Final = 8
MAX_NAME: Final = 80
MAX_SOFTWARE: Final = 40
_NOT_LETTERS: Final = re.compile(r"[\s-]+")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, and marks that turn the writing round: a name is shown to the owner who decides by it."""


def new_code(choose: Callable[[str], str]) -> str:
    """Eight letters, about 35 bits. `choose` picks one letter of a text, unpredictably."""
    return "".join(choose(LETTERS) for _ in range(CODE_LENGTH))


def shown(code: str) -> str:
    """As it is shown: BCDF-GHJK."""
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str | None:
    """The code that a person typed, in any case, with or without dash and spaces; None where it cannot be one."""
    code = _NOT_LETTERS.sub("", text).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else None


def clean(text: str, longest: int) -> str:
    """What a bridge says of itself, fit to be shown."""
    return _UNPRINTABLE.sub("", text).strip()[:longest].strip()
