"""A bridge's folder and the one file in it that a person writes: `bridge.toml`. Every problem is told at once."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ble_bridge import pin

FILE: Final = "bridge.toml"
NAME_MOST: Final = 80
EXAMPLE: Final = 'server = "http://localhost:8000", name = "Bridge at home", radios = ["system"]'


class HomeFileError(Exception):
    """`bridge.toml` cannot be used; one line that says what to write."""


@dataclass(frozen=True, slots=True)
class HomeFile:
    server: str
    name: str
    radios: tuple[str, ...]
    authority: str | None = None
    """Fingerprint of the server's home certificate; None: the system's authorities decide [H50, H51]."""


def read(folder: Path) -> HomeFile:
    """Raises HomeFileError."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise HomeFileError(f"{path} is missing. Write it: {EXAMPLE}") from error
    except (OSError, ValueError, RecursionError) as error:  # of TOML, of UTF-8, or a number that is too long
        raise HomeFileError(f"{path} cannot be read: {error}") from error
    problems = [*_server(data.get("server")), *_name(data.get("name")), *_radios(data.get("radios"))]
    problems += _authority(data.get("authority"), data.get("server"))
    problems += [f"`{key}` is not known" for key in sorted(set(data) - {"server", "name", "radios", "authority"})]
    if problems:
        raise HomeFileError(f"{path}: " + "; ".join(problems))
    return HomeFile(data["server"].rstrip("/"), data["name"], tuple(dict.fromkeys(data["radios"])), data.get("authority"))


def _server(value: Any) -> list[str]:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        return ['`server` must be an address such as "http://localhost:8000"']
    return []


def _authority(value: Any, server: Any) -> list[str]:
    if value is None:
        return []
    if not str(server).startswith("https:"):
        return ["`authority` belongs to a `server` that begins with https:"]
    try:
        pin.plain(value)
    except (AttributeError, TypeError, ValueError):
        return ["`authority` must be the fingerprint that the server's terminal shows: 32 pairs of letters and digits"]
    return []


def _name(value: Any) -> list[str]:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= NAME_MOST or not value.isprintable():
        return [f'`name` must be a text of at most {NAME_MOST} letters, such as "Bridge at home"']
    return []


def _radios(value: Any) -> list[str]:
    fits = isinstance(value, list) and all(isinstance(r, str) and _is_radio(r) for r in value)
    return [] if fits else ['`radios` must be a list of "system" or "virtual:PATH"']


def _is_radio(spec: str) -> bool:
    return spec == "system" or (spec.startswith("virtual:") and len(spec) > len("virtual:"))
