"""Which command needs what, and how it gets it: the way from `manage.py` to the command itself."""

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from nirweb.bootstrap import locks
from nirweb.bootstrap.machine import CannotSetUp
from nirweb.bootstrap.phone_app import PhoneApp
from nirweb.bootstrap.virtualenv import Environment

PROJECT: Final = Path(__file__).resolve().parents[2]
REBUILT: Final = "SETUP_HAS_REBUILT_ITS_ENVIRONMENT"


class Needs(NamedTuple):
    """What a command needs before it can run."""

    module: str = ""
    """Module with `main(arguments) -> int`, run without Django, which saves half a second; empty for Django's own commands."""
    lock: str = locks.PRODUCT
    phone_app: bool = False
    does: str = ""
    """What is told of it in the overview."""


COMMANDS: Final[dict[str, Needs]] = {
    "up": Needs("nirweb.supervisor.command", phone_app=True, does="start NIRWeb on this machine"),
    "panel": Needs("nirweb.supervisor.panel", does="watch the virtual lamp, press its button, give it faults"),
    "backup": Needs("nirweb.backup.command", does="keep database, photos and keys in one file"),
    "restore": Needs("nirweb.backup.restore", does="take a backup back, all of it checked first"),
    "install-service": Needs("nirweb.service.command", phone_app=True, does="start with the machine, and again when it fails"),
    "reset-link": Needs(does="a link to set a new password, where no mail is sent"),
    "test": Needs("tests.runner.command", locks.DEV, does="every check there is"),
    "lint": Needs("tests.runner.lint", locks.DEV, does="the checks that run nothing"),
    "bench": Needs("tests.bench.command", locks.DEV, does="measure the figures of the README"),
    "kill-run": Needs("tests.killing.command", locks.DEV, does="kill parts of it in real sessions; the lamp's light judges"),
    "simulate": Needs("tests.sim.command", locks.DEV, does="long lives in virtual time, faults from one seed"),
    "lock": Needs("nirweb.bootstrap.locks", locks.DEV, does="pin what pyproject.toml names, with hashes"),
}
HELP: Final = {"help", "-h", "--help"}


def run(argv: list[str]) -> None:
    """Run the command in an interpreter that has what it needs, making that first where it is missing."""
    if len(argv) < 3 and HELP.issuperset(argv[1:]):
        _tell()
        return
    if argv[1] in HELP:
        argv = [argv[0], argv[2], "--help", *argv[3:]]
    name = argv[1]
    needs = COMMANDS.get(name, Needs())
    try:
        _enter(argv, needs)
    except CannotSetUp as problem:
        sys.exit(f"{problem}")
    except KeyboardInterrupt:
        sys.exit("Set-up was interrupted; start again and it goes on.")
    if needs.module:
        sys.exit(importlib.import_module(needs.module).main(argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nirweb.settings")
    from django.core.management import execute_from_command_line

    # `reset-link` is easier to type; the module of a command cannot have a dash
    execute_from_command_line([argv[0], name if name.startswith("-") else name.replace("-", "_"), *argv[2:]])


def _tell() -> None:
    """What there is, before anything is set up for it."""
    widest = max(map(len, COMMANDS))
    lines = "".join(f"  {name:<{widest}}  {needs.does}\n" for name, needs in COMMANDS.items())
    sys.stdout.write(
        f"usage: python3 manage.py COMMAND\n\n{lines}\n"
        "python3 manage.py COMMAND --help tells more of one. Django's own commands, such as migrate or shell, are there too.\n"
    )


def _enter(argv: list[str], needs: Needs) -> None:
    """Return when this interpreter will do; otherwise start the command again in one that does."""
    environment = Environment(PROJECT)
    inside = Path(sys.prefix).resolve() == environment.folder
    has_django = bool(importlib.util.find_spec("django"))
    if not inside and sys.prefix != sys.base_prefix and has_django:  # an environment made by hand: who made it answers for it
        if needs.phone_app:
            PhoneApp(PROJECT).build()
        return
    fits = environment.fits(needs.lock)
    if fits and inside and not has_django:  # the system's Python was changed under it
        _rebuild(environment, argv)
    if not fits:
        environment.make(needs.lock)
    if needs.phone_app:
        PhoneApp(PROJECT, environment.site_packages).build()
    environment.finish()
    if not (fits and inside):
        os.execv(environment.python, [str(environment.python), *argv])  # noqa: S606 - replaces this process, no shell


def _rebuild(environment: Environment, argv: list[str]) -> NoReturn:
    if os.environ.get(REBUILT):
        raise CannotSetUp(f"The environment in {environment.folder} is broken: delete that folder and start again.")
    environment.forget()
    base: str = sys._base_executable  # type: ignore[attr-defined]
    os.execve(base, [base, *argv], {**os.environ, REBUILT: "1"})  # noqa: S606 - replaces this process, no shell
