"""Names that people give to themselves, their household and their panels, fit to be shown to somebody else. Pure."""

import re
import unicodedata
from typing import Final

MAX_NAME: Final = 80
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, and marks that turn the writing round: what follows a name in a sentence must not be read backwards."""
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their class, of which nothing is seen."""


def clean(text: str, longest: int = MAX_NAME) -> str:
    """The name without what cannot be shown, in one line. Empty where nothing of it is seen."""
    shown = _UNPRINTABLE.sub("", re.sub(r"\s+", " ", text)).strip()[:longest].strip()
    return shown if is_seen(shown) else ""


def is_seen(text: str) -> bool:
    """Whether anything of it shows: a joiner, a space or a mark alone does not."""
    return any(unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANK for letter in text)


def given(text: str) -> str:
    """As `clean`. ValueError where nothing is left of it."""
    if not (shown := clean(text)):
        raise ValueError("must have something in it that is seen")
    return shown
