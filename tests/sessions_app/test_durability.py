"""What a write waits for."""

import pytest
from django.db import connection, transaction

from sessions_app import clock, durability
from sessions_app.accounts.models import User
from sessions_app.panels import commands, notes
from sessions_app.panels.models import Command, Panel
from sessions_app.therapy import levels
from tests.sessions_app import scene

pytestmark = pytest.mark.django_db(transaction=True)


def waits_for_the_disk() -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return bool(cursor.execute("PRAGMA synchronous").fetchone()[0] == 2)
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone()[0] == "on")


def test_it_waits_for_the_disk_outside_and_again_afterwards_also_after_an_error() -> None:
    assert waits_for_the_disk()
    with durability.until_power_fails():
        assert not waits_for_the_disk()
    assert waits_for_the_disk()
    with pytest.raises(RuntimeError), durability.until_power_fails():
        raise RuntimeError
    assert waits_for_the_disk()


def test_inside_another_transaction_that_one_decides() -> None:
    with transaction.atomic(), durability.until_power_fails():
        assert waits_for_the_disk()


def test_B11_a_start_is_granted_on_the_disk_and_other_levels_in_memory(
    ready: User, a_panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: dict[str, bool] = {}
    told = notes.command

    def look(command: Command) -> None:
        waited[f"{command.kind} {command.state}"] = waits_for_the_disk()
        told(command)

    monkeypatch.setattr(notes, "command", look)
    started = scene.started(ready, scene.a_plan(a_panel))
    commands.claim(a_panel.bridge_id, scene.claim_of(started.command), clock.now())
    changed = levels.change(ready.pk, started.session.pk, {660: 20}, scene.TRACE, clock.now())
    commands.claim(a_panel.bridge_id, scene.claim_of(changed), clock.now())
    assert waited == {"start waiting": True, "start granted": True, "set_levels waiting": False, "set_levels granted": False}
