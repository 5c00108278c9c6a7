"""Pair, change and remove panels: one transaction each. Nothing here can start one."""

from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from ble_bridge.contract import wire
from sessions_app.accounts.models import Household
from sessions_app.changes.services import Touch, touch
from sessions_app.clock import Moment
from sessions_app.panels import lead, rules
from sessions_app.panels.found import sighted
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.problems import FieldProblem, Problem

log = structlog.stdlib.get_logger(__name__)
MAX_PANELS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What the owner said of a found panel."""

    panel_id: UUID
    found_id: str
    name: str
    light: tuple[rules.ChannelLight, ...]


def pair(bridge: Bridge, wanted: Pairing, now: Moment) -> Panel:
    """Pair a panel that this bridge found lately. The same pairing again is done already.

    Problems 409: `not_found_lately`, `already_paired`, `id_taken`, `too_many_panels` and those of `rules.pairable`; 422
    `invalid`.
    """
    with transaction.atomic():
        household = Household.objects.select_for_update().get(pk=bridge.household_id)
        before = Panel.objects.filter(pk=wanted.panel_id).first()
        if before is not None:
            return _same(before, bridge, wanted)
        found = sighted(bridge, wanted.found_id, now)
        pairable = _pairable(found, household)
        _check_light(found.channels, wanted.light)
        panel = Panel.objects.create(
            id=wanted.panel_id,
            household=household,
            bridge=bridge,
            name=wanted.name,
            identity=pairable.identity.model_dump(mode="json"),
            channels=rules.confirmed_channels(found.channels, wanted.light),
            safety=pairable.safety,
            confirm=pairable.confirm,
            blinks=pairable.blinks,
            virtual=found.virtual,
        )
        _changed(panel)
        log.info("panel paired", panel_id=str(panel.pk), profile=panel.identity["profile"], virtual=panel.virtual)
        return panel


def _same(before: Panel, bridge: Bridge, wanted: Pairing) -> Panel:
    if before.bridge_id == bridge.pk and before.name == wanted.name and before.removed_at is None:
        return before
    raise Problem(409, "id_taken", "This id is taken already.", "Pair it again.")


def _pairable(found: wire.FoundPanel, household: Household) -> rules.Pairable:
    answer = rules.pairable(found, demo=household.demo)
    if isinstance(answer, rules.Refusal):
        raise Problem(409, answer.code, answer.sentence, answer.next)
    mine = Panel.objects.filter(household=household, removed_at__isnull=True)
    if any(answer.identity.is_of(wire.Identity.model_validate(one.identity)) for one in mine):
        raise Problem(409, "already_paired", "This panel is paired already.", "Open it in the list of panels.")
    if mine.count() >= MAX_PANELS:
        raise Problem(409, "too_many_panels", f"A household has at most {MAX_PANELS} panels.", "Remove one first.")
    return answer


def _check_light(found: list[wire.Channel], light: tuple[rules.ChannelLight, ...]) -> None:
    problems = rules.light_problems(found, light)
    if problems:
        errors = [FieldProblem(field=field, code="invalid", message=message) for field, message in problems.items()]
        raise Problem(422, "invalid", "The panel's light was not said rightly.", "Correct it and try again.", errors=errors)


def change(panel: Panel, *, name: str | None, light: tuple[rules.ChannelLight, ...] | None) -> Panel:
    """Rename the panel, or say anew what is known of its light. A session that is open keeps what it began with."""
    with transaction.atomic():
        panel = Panel.objects.select_for_update().get(pk=panel.pk)
        if name is not None:
            panel.name = name
        if light is not None:
            channels = [wire.Channel(**{key: one[key] for key in wire.Channel.model_fields}) for one in panel.channels]
            _check_light(channels, light)
            panel.channels = rules.confirmed_channels(channels, light)
        panel.save(update_fields=["name", "channels"])
        _changed(panel)
        return panel


def remove(panel: Panel, now: Moment) -> None:
    """Unpair. What it has run stays in the log. Problem 409 `panel_in_use` while a session is open on it."""
    with transaction.atomic():
        panel = Panel.objects.select_for_update().get(pk=panel.pk)
        if panel.sessions.exclude(state="ended").exists():
            raise Problem(409, "panel_in_use", "A session is open on this panel.", "Stop it, then remove the panel.")
        panel.removed_at = now.wall
        panel.save(update_fields=["removed_at"])
        waiting = Command.objects.filter(panel=panel, state=Command.State.WAITING).exclude(kind="stop")
        waiting.update(state=Command.State.CANCELLED, code="gone", finished_at=now.wall)
        _changed(panel, deleted=True)


def _changed(panel: Panel, *, deleted: bool = False) -> None:
    """Phones pull it, and the bridge is told its whole list."""
    touch(Touch(panel.household_id, "panel", panel.pk, deleted=deleted))
    transaction.on_commit(partial(lead.tell_household, panel.household_id))
