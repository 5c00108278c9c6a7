"""The server's secret keys: one for each use, so that a token of one kind can never pass for another."""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path


class BadKeys(Exception):
    """The file of keys cannot be used. Nothing is made in its place: that would sign everybody out."""


@dataclass(frozen=True)
class Keys:
    session: str
    """Django's SECRET_KEY: sessions, password resets, CSRF."""
    ticket: str
    """Signs start tickets."""
    stop: str
    """Signs stop tokens."""
    push: str
    """Tells push services who sends the reminders. Phones subscribe to it: another key, and each has to subscribe anew."""


def derived(secret: str) -> Keys:
    """Keys of a server whose one secret was given to it."""

    return Keys(session=secret, **{use: _derived(secret, use) for use in ("ticket", "stop", "push")})


def _derived(secret: str, use: str) -> str:
    return hmac.new(secret.encode(), f"nirweb {use}".encode(), hashlib.sha256).hexdigest()


def kept(path: Path) -> Keys:
    """The keys in `path`; made at first use, readable by the owner only, whole or not at all.

    Raises `BadKeys` where the file is damaged, OSError where it cannot be read or made.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        _make(path)
        text = path.read_text(encoding="utf-8")
    return _parsed(path, text)


def renew_tickets(path: Path) -> None:
    """Make a new key for start tickets in a file of keys: what was allowed before can start nothing any more."""
    found = {**asdict(_parsed(path, path.read_text(encoding="utf-8"))), "ticket": secrets.token_hex(32)}
    path.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _parsed(path: Path, text: str) -> Keys:
    try:
        found = json.loads(text)
        # a file from before there were reminders: the same key each time, and the file stays as it is
        found.setdefault("push", _derived(found["session"], "push"))
        values = {field.name: found[field.name] for field in fields(Keys)}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadKeys(f"{path} is damaged. Restore it from a backup, or remove it: everybody then signs in again.") from None
    if not all(isinstance(value, str) and len(value) >= 32 for value in values.values()):
        raise BadKeys(f"{path} holds a key that is too short.")
    return Keys(**values)


def _make(path: Path) -> None:
    """Two processes may start at once: the first file linked into place wins, and both read that one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = Keys(*(secrets.token_hex(32) for _ in fields(Keys)))
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(keys), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        Path(path).hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink()
