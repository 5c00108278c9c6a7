"""The data files of the slices, read strictly: no key twice, no NaN, no field that nobody knows."""

import json
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict

HERE = Path(__file__).resolve().parent


class Entry(BaseModel):
    """Base of everything that stands in a data file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Loaded = TypeVar("Loaded", bound=Entry)


def load(path: str, kind: type[Loaded]) -> Loaded:
    """`sessions_app/<path>` as a `kind`. ValueError names the file and the place where it does not fit."""
    try:
        # through JSON again: only there does strict mode take an array for a tuple
        return kind.model_validate_json(json.dumps(read(path)))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def read(path: str) -> dict[str, Any]:
    """The object in `sessions_app/<path>`, without the `$schema` that editors want."""
    found = json.loads((HERE / path).read_text(encoding="utf-8"), object_pairs_hook=_once, parse_constant=_refuse_constant)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    found.pop("$schema", None)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key {key!r} stands twice")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
