"""Pure: the code that a person types."""

import re
from collections.abc import Callable
from typing import Final

LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; nothing that looks like a digit (RFC 8628, 6.1)."""
CODE_LENGTH: Final = 8
MAX_SOFTWARE: Final = 40
_NOT_LETTERS: Final = re.compile(r"[\s-]+")


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
