"""The household's own profiles, and what its bridge's doctor finds: told over the line, kept, read on the phone."""

import tomllib
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.panels import bridge_talk, checkups, own_profiles
from sessions_app.panels.models import Bridge, Command, OwnProfile, Panel
from tests.conftest import Browser
from tests.sessions_app import scene

TEXT = 'profile = "mine-1"\nname = "Mine"'


@pytest.fixture
def mine(a_bridge: Bridge) -> OwnProfile:
    return scene.an_own_profile(a_bridge, text=TEXT)


def run_by(panel: Panel, profile: str) -> None:
    panel.identity = {**panel.identity, "profile": profile}
    panel.save(update_fields=["identity"])


def listed(user: User) -> list[dict[str, Any]]:
    answer = Browser(user).send("get", "/api/profiles")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


def test_F62_the_list_says_what_each_is_and_which_panels_are_run_by_it(alice: User, a_panel: Panel, mine: OwnProfile) -> None:
    run_by(a_panel, "mine-1")
    broken = wire.OwnProfile(
        file="broken.toml", profile=None, name="", safety=None, confirm=None, faults="broken.toml:1: not TOML", text="=",
    )  # fmt: skip
    own_profiles.told(mine.bridge_id, broken, clock.now())
    found = {one["file"]: one for one in listed(alice)}
    assert found["mine-1.toml"]["panels"] == [{"id": str(a_panel.pk), "name": a_panel.name}]
    assert (found["mine-1.toml"]["text"], found["mine-1.toml"]["faults"]) == (TEXT, "")
    assert (found["broken.toml"]["profile"], found["broken.toml"]["panels"]) == (None, [])
    assert found["broken.toml"]["faults"].startswith("broken.toml:1")
    own_profiles.shelved(mine.bridge_id, wire.Shelf(files=["broken.toml"]))
    assert [one["file"] for one in listed(alice)] == ["broken.toml"]


def test_F62_it_is_the_households_own(charlie: User, mine: OwnProfile) -> None:
    assert listed(charlie) == []


def test_F64_a_profile_that_a_panel_is_run_by_is_not_removed(alice: User, a_panel: Panel, mine: OwnProfile) -> None:
    browser, path = Browser(alice), f"/api/bridges/{mine.bridge_id}/profiles/{mine.file}"
    run_by(a_panel, "mine-1")
    refused = browser.send("delete", path)
    assert (refused.status_code, refused.json()["code"]) == (409, "profile_in_use")
    assert a_panel.name in refused.json()["detail"]
    assert not Command.objects.exists()
    run_by(a_panel, "another-1")
    assert browser.send("delete", path).status_code == 202
    assert Command.objects.get().args == {"kind": "remove_profile", "file": "mine-1.toml"}
    assert browser.send("delete", path.replace("mine", "none")).status_code == 404


def test_F63_a_newer_file_is_not_taken_while_its_panel_is_in_a_session(alice: User, a_panel: Panel, mine: OwnProfile) -> None:
    browser, path = Browser(alice), f"/api/bridges/{mine.bridge_id}/profiles"
    scene.answers(alice)
    scene.started(alice, scene.a_plan(a_panel))
    run_by(a_panel, "mine-1")
    refused = browser.send("post", path, {"text": TEXT})
    assert (refused.status_code, refused.json()["code"]) == (409, "profile_in_use")
    assert browser.send("post", path, {"text": TEXT.replace("mine-1", "mine-2")}).status_code == 202


def test_F61_every_fault_that_the_bridge_found_is_kept_whole(alice: User, mine: OwnProfile) -> None:
    command = Browser(alice).send("post", f"/api/bridges/{mine.bridge_id}/profiles", {"text": TEXT}).json()["command_id"]
    Command.objects.filter(pk=command).update(state=Command.State.GRANTED)
    faults = "\n".join(f"profile:{line}: `gap_ms` is 900: write a number from 0 to 200" for line in range(30))
    result = wire.Result(command_id=command, ok=False, code="unsound", detail=faults, trace="trace-of-this-test")
    bridge_talk._finished(mine.bridge_id, result, clock.now())
    row = Command.objects.get()
    Command._meta.get_field("detail").clean(row.detail, row)  # SQLite itself counts no letters
    assert row.detail == faults


def test_F63_a_newer_file_that_the_bridge_took_is_that_of_its_panels(alice: User, a_panel: Panel, mine: OwnProfile) -> None:
    run_by(a_panel, "mine-1")
    newer = TEXT + "\n# mended"
    assert tomllib.loads(newer)["profile"] == "mine-1"
    answered = []
    for ok in (False, True):
        command = Browser(alice).send("post", f"/api/bridges/{mine.bridge_id}/profiles", {"text": newer}).json()["command_id"]
        Command.objects.filter(pk=command).update(state=Command.State.GRANTED)
        code = "ok" if ok else "in_use"
        result = wire.Result(command_id=command, ok=ok, code=code, detail="", trace="trace-of-this-test")
        bridge_talk._finished(mine.bridge_id, result, clock.now())
        a_panel.refresh_from_db()
        answered.append(a_panel.identity["profile_hash"])
    assert answered == ["b" * 64, sha256(newer.encode()).hexdigest()]


def test_G60_what_the_doctor_found_last_is_kept_for_the_owner(alice: User, a_bridge: Bridge) -> None:
    browser, path = Browser(alice), f"/api/bridges/{a_bridge.pk}/checkup"
    assert browser.send("get", path).json() == {"at": None, "findings": []}
    assert browser.send("post", path).status_code == 202
    assert Command.objects.get().kind == "doctor"
    for text in ("The Bluetooth adapter is switched off", "All is well"):
        finding = wire.Finding(rule="G25", verdict="wrong", text=text, mend="bluetoothctl power on")
        checkups.take(a_bridge.pk, wire.Checkup(command_id=uuid4(), findings=[finding]), clock.now())
    told = browser.send("get", path).json()
    assert [one["text"] for one in told["findings"]] == ["All is well"]
    assert told["at"] is not None


def test_G61_a_bridge_that_is_away_is_not_asked_and_what_it_told_last_stays(alice: User, a_bridge: Bridge) -> None:
    path = f"/api/bridges/{a_bridge.pk}/checkup"
    checkups.take(a_bridge.pk, wire.Checkup(command_id=uuid4(), findings=[]), clock.now())
    Bridge.objects.update(line_id=None)
    away = Browser(alice).send("post", path)
    assert (away.status_code, away.json()["code"]) == (409, "bridge_away")
    assert Browser(alice).send("get", path).json()["at"] is not None
