"""Lets the demo's bridge in and pairs its virtual panel. `up` runs it when that bridge asks."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sessions_app import clock
from sessions_app.panels import demo
from sessions_app.panels.enrolment import services as enrolment
from sessions_app.problems import Problem

PATIENCE_S: Final = 30.0
LOOK_AGAIN_S: Final = 0.2


class Command(BaseCommand):
    help = "Lets the demo's bridge into the demo household and pairs its virtual panel, through the ordinary services."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--code", help="the code of the demo bridge's request; without it the bridge is in already")

    def handle(self, *_: Any, code: str | None = None, **__: Any) -> None:
        try:
            if code:
                enrolment.approve_for_demo(code, timezone.now())
            if demo.is_paired():
                return
            _until(lambda: demo.is_there(clock.now()), "the demo's bridge to connect")
            its = demo.bridge()
            assert its is not None  # noqa: S101 - it is there
            demo.look(its, clock.now())
            _until(lambda: demo.pair_found(its, clock.now()), "the virtual panel to be found")
        except Problem as problem:
            raise CommandError(f"{problem.detail}") from problem


def _until(true: Callable[[], object], what: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > deadline_s:
            raise CommandError(f"Waited {PATIENCE_S:g} s in vain for {what}.")
        time.sleep(LOOK_AGAIN_S)
