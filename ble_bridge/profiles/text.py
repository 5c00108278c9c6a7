"""A person's TOML file, read so that whatever is wrong with it is a fault with its line [F1]."""

import re
import tomllib
from typing import Any, Final

from ble_bridge.profiles.faults import Fault, ProfileError

MOST_BYTES: Final = 64 * 1024
_BYTE_ORDER_MARK: Final = "\ufeff"
_LONG_NUMBER: Final = re.compile(r"[0-9][0-9_]{1000}")
_ONCE: Final = "it stands there already: write it once"
_HINTS: Final = (
    ("Cannot", _ONCE),
    ("Duplicate", _ONCE),
    ("Invalid value", "write a text in quotes, a number, true, false, or a list in [ ]"),
    ("Invalid statement", "write `key = value`, or a table such as [link]"),
    ("Expected '='", "write `key = value`"),
    ("Unclosed array", "write the ] that ends the list"),
    ("Unclosed inline", "write the } that ends it"),
    ("Unterminated", "write the quote that ends the text"),
    ("Illegal character '\\n'", "write the quote that ends the text"),
    ("Unescaped", r"write \\ for a backslash"),
)


def read(text: bytes, source: str) -> tuple[str, dict[str, Any]]:
    """The letters, and what they say. Raises ProfileError."""
    if len(text) > MOST_BYTES:
        raise _error(source, f"the file has {len(text)} bytes: write at most {MOST_BYTES}")
    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        raise _error(source, f"not a text: {error}: write it in UTF-8", text.count(b"\n", 0, error.start) + 1) from error
    if decoded.startswith(_BYTE_ORDER_MARK):
        raise _error(source, "it begins with a byte order mark: save it as UTF-8 without BOM", 1)
    try:
        return decoded, tomllib.loads(decoded)
    except tomllib.TOMLDecodeError as error:
        raise _error(source, _not_toml(str(error)), _line(str(error), decoded)) from error
    except RecursionError as error:
        raise _error(source, "not TOML that can be read: nested too deep") from error
    except ValueError as error:  # Python reads no number of more than 4300 digits
        found = _LONG_NUMBER.search(decoded)
        number = decoded.count("\n", 0, found.start()) + 1 if found else None
        raise _error(source, "not TOML that can be read: a number has too many digits: write a shorter one", number) from error


def _error(source: str, text: str, line: int | None = None) -> ProfileError:
    return ProfileError(f"{source}:{line}" if line else source, [Fault((), text)])


def _not_toml(said: str) -> str:
    hint = next((hint for begins, hint in _HINTS if said.startswith(begins)), "")
    return f"not TOML: {said}{': ' if hint else ''}{hint}"


def _line(said: str, decoded: str) -> int:
    found = re.search(r"line (\d+)", said)
    return int(found.group(1)) if found else max(1, len(decoded.splitlines()))
