"""Consent that is taken back: the light first, then nothing is taken any more [Y46]."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts import services
from sessions_app.accounts.models import User
from sessions_app.panels import commands, doorbell
from sessions_app.panels.models import Command, Panel
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import wanted
from tests.conftest import Browser
from tests.sessions_app import scene
from tests.sessions_app.reminders import making

Browsers = Callable[[User | None], Browser]


@pytest.fixture
def panel(alice: User) -> Panel:
    scene.answers(alice)
    return scene.a_panel(scene.a_bridge(alice.memberships.get().household))


def test_Y46_what_runs_is_stopped_before_the_consent_ends(
    alice: User, panel: Panel, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = scene.started(alice, scene.a_plan(panel)).command
    commands.claim(panel.bridge_id, scene.claim_of(start), clock.now())
    agreed_at_the_bell: list[bool] = []
    monkeypatch.setattr(
        doorbell, "send", lambda bridge_id, stop: agreed_at_the_bell.append(services.may_keep_health_records(alice))
    )
    done = browser(alice).send("delete", "/api/consent")
    assert done.status_code == 200, done.content
    assert done.json()["consent"] is None
    assert agreed_at_the_bell[0], "the bell was rung while it still stood"
    stop = wire.Stop.model_validate(Command.objects.get(kind="stop").args)
    assert stop.session_id == start.session_id


def test_Y46_afterwards_nothing_is_started_taken_or_reminded_of_until_it_is_given_again(
    alice: User, panel: Panel, browser: Browsers
) -> None:
    phone, now = browser(alice), timezone.now()
    course = Regimen.objects.get(pk=making.a_course(alice, now).pk)
    want = wanted.Want(course, now.date(), now)
    plan = scene.a_plan(panel).model_dump(mode="json")
    rating = {"aim": "fine_lines", "value": 5, "at": now.isoformat(), "note": ""}

    def taken(n: int) -> list[str]:
        op = {"n": n, "kind": "put", "entity": "rating", "id": str(uuid4()), "hlc": stamp, "body": rating}
        body = {"device": device, "schema": 1, "epoch": None, "cursor": None, "limit": 10, "ops": [op]}
        return [one["code"] for one in phone.send("post", "/api/sync", body).json()["rejected"]]

    device = str(uuid4())
    stamp = f"{int(now.timestamp() * 1000):012x}-0000-{device.replace('-', '')}"
    assert wanted.without_answered([want], now) == [want]
    phone.send("delete", "/api/consent")
    told = phone.send("post", "/api/therapy/check", plan).json()
    assert "consent_missing" in [one["code"] for one in told["reasons"]]
    assert wanted.without_answered([want], now) == []
    assert taken(1) == ["consent_missing"]
    assert phone.send("post", "/api/consent", {"version": "2026-1"}).status_code == 201
    assert "consent_missing" not in [one["code"] for one in phone.send("post", "/api/therapy/check", plan).json()["reasons"]]
    assert wanted.without_answered([want], now) == [want]
    assert "consent_missing" not in taken(2)


@pytest.mark.django_db
def test_a_guest_was_never_asked_and_has_nothing_to_take_back(browser: Browsers) -> None:
    guest = services.make_guest(timezone.now())
    refused = browser(guest).send("delete", "/api/consent")
    assert (refused.status_code, refused.json()["code"]) == (409, "guest_has_no_consent")
