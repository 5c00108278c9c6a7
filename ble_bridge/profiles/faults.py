"""What is wrong with a profile: file, line, and what to write instead."""

import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from ble_bridge.profiles.source import Lines, Path


@dataclass(frozen=True, slots=True)
class Fault:
    path: Path
    text: str
    """With what to write instead."""


class ProfileError(ValueError):
    """A profile file that cannot be used; one line for each fault: `file:line: what, and what to write instead`."""

    def __init__(self, source: str, faults: Iterable[Fault], lines: Lines | None = None) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(_line(source, fault, lines) for fault in self.faults))


def _line(source: str, fault: Fault, lines: Lines | None) -> str:
    number = lines.line(fault.path) if lines else None
    return f"{source}:{number}: {fault.text}" if number else f"{source}: {fault.text}"


def of_validation(error: ValidationError, model: type[BaseModel]) -> Iterator[Fault]:
    """Each of pydantic's complaints in our words; of the branches of a choice the first."""
    seen: set[Path] = set()
    for one in error.errors(include_url=False):
        path = _path(one["loc"], model)
        if one["type"] == "extra_forbidden":
            path = (*_path(one["loc"][:-1], model), one["loc"][-1])
        if path not in seen:
            seen.add(path)
            yield Fault(path, _words(one["type"], path, one["input"], model))


def _path(loc: tuple[int | str, ...], model: type[BaseModel]) -> Path:
    """Without the names that pydantic gives the branches of a choice."""
    known = _keys(model)
    return tuple(part for part in loc if isinstance(part, int) or part in known)


def _keys(model: type[BaseModel]) -> set[str]:
    keys: set[str] = {"on", "off", "fault"}
    for name, info in model.model_fields.items():
        keys.add(name)
        for inner in _models_in(info.annotation):
            keys |= _keys(inner)
    return keys


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models_in(inner)


def _words(kind: str, path: Path, value: Any, model: type[BaseModel]) -> str:
    where = _where(path)
    if kind == "extra_forbidden":
        return f"unknown key {where}{_meant(path, model)}"
    hint = _hint(path, model)
    if kind == "missing":
        return f"{where} is missing: write {hint}"
    return f"{where} is {_short(value)}: write {hint}"


def _where(path: Path) -> str:
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    return f"`{key}`"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _meant(path: Path, model: type[BaseModel]) -> str:
    siblings = [name for owner in _owners(path[:-1], model) for name in owner.model_fields]
    close = get_close_matches(str(path[-1]), siblings, n=1)
    return f": write `{close[0]}`" if close else f": leave it out, or write one of {', '.join(siblings)}"


def _owners(path: Path, model: type[BaseModel]) -> list[type[BaseModel]]:
    """The models that may stand at this path."""
    at = [model]
    for part in path:
        if isinstance(part, str):
            fields = [one.model_fields[part].annotation for one in at if part in one.model_fields]
            at = [inner for annotation in fields for inner in _models_in(annotation)]
    return at or [model]


def _hint(path: Path, model: type[BaseModel]) -> str:
    names = [part for part in path if isinstance(part, str)]
    while names:
        for owner in _owners(tuple(names[:-1]), model):
            info = owner.model_fields.get(names[-1])
            described = info and (info.description or _described(info.annotation, info.metadata))
            if described:
                return str(described)
        names.pop()
    return "what docs/profiles.md says"


def _described(annotation: Any, metadata: Iterable[Any]) -> str | None:
    """Of an Annotated type that carries its description inside."""
    for one in metadata:
        if getattr(one, "description", None):
            return str(one.description)
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is not None:
        for inner in typing.get_args(annotation):
            found = _described(inner, getattr(inner, "__metadata__", ()))
            if found:
                return found
    return None
