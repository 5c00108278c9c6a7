"""What is to be run as a service, read from how the person runs `up`."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nirweb import variables
from nirweb.service.trouble import CannotInstall
from nirweb.supervisor import options
from nirweb.supervisor.folders import PROJECT, default_data


@dataclass(frozen=True, slots=True)
class Wanted:
    command: tuple[str, ...]
    folder: Path
    data: Path
    environment: Mapping[str, str]
    """The settings of docs/settings.md that are set where the service is installed."""


def wanted(arguments: list[str], environ: Mapping[str, str]) -> Wanted:
    """`up` with these options. Raises CannotInstall; wrong options end the program, as those of `up` do."""
    given = options.parse(arguments, default_data())
    if given.dev:
        raise CannotInstall("--dev follows your changes while you work: a service runs without it.")
    program = PROJECT / "manage.py"
    if not program.exists():
        raise CannotInstall("There is no manage.py beside this package: install the service from a clone of NIRWeb.")
    kept = {name: value for name, value in sorted(environ.items()) if name in variables.NAMES}
    return Wanted((_python(), str(program), "up", *_absolute(arguments, given.data)), PROJECT, given.data, kept)


def _python() -> str:
    """The Python that `.venv` was made with: `manage.py` finds or makes its own environment, also after an update."""
    if Path(sys.prefix).resolve() == PROJECT / ".venv":
        return str(sys._base_executable)  # type: ignore[attr-defined]
    return os.path.abspath(sys.executable)  # noqa: PTH100 - a virtual environment's link must not be resolved


def _absolute(arguments: list[str], data: Path) -> list[str]:
    """The options, with the data folder as it is from everywhere."""
    left, kept = iter(arguments), []
    for argument in left:
        if argument == "--data":
            next(left)
        elif not argument.startswith("--data="):
            kept.append(argument)
    return [*kept, "--data", str(data)]
