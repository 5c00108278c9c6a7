"""Find, pair, change, remove: only what was found, only by an owner, in the demo only virtual panels."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts.models import Household, User
from sessions_app.accounts.services import demo_household, make_guest
from sessions_app.base import new_id
from sessions_app.changes.models import Change
from sessions_app.panels import commands, found, presence, rules
from sessions_app.panels.models import Bridge, Command, Panel, Sighting
from sessions_app.sync import served
from tests.conftest import Browser
from tests.sessions_app import scene


def body(bridge: Bridge, **changes: Any) -> dict[str, Any]:
    rows = [{"distance_cm": 15.0, "irradiance_mw_cm2": 40.0}]
    values = {
        "id": str(new_id()),
        "bridge_id": str(bridge.pk),
        "found_id": "0123456789abcdef",
        "name": "Bedroom",
        "channels": [
            {"wavelength_nm": 850, "irradiance": [], "provenance": "unknown"},
            {"wavelength_nm": 660, "irradiance": rows, "provenance": "claim"},
        ],
    }
    return values | changes


def post(user: User, path: str, sent: Any = None, method: str = "post") -> Any:
    return Browser(user).send(method, path, sent)


@pytest.fixture
def sighted(a_bridge: Bridge) -> Bridge:
    scene.saw(a_bridge, scene.found_panel())
    return a_bridge


def test_it_pairs_what_was_found(sighted: Bridge, alice: User) -> None:
    wanted = body(sighted)
    answer = post(alice, "/api/panels", wanted)
    assert answer.status_code == 201, answer.content
    panel = Panel.objects.get()
    assert panel.pk == UUID(wanted["id"])
    assert wire.Identity.model_validate(panel.identity) == scene.identity()
    assert [one["wavelength_nm"] for one in panel.channels] == [660, 850]  # the panel's own order
    assert panel.channels[0]["min_pct"] == 5
    out = answer.json()
    assert (out["serial"], out["safety"], out["confirm"], out["virtual"], out["online"]) == (
        "NV-0001", "deadman", "token", False, True,
    )  # fmt: skip
    assert Change.objects.filter(entity="panel", row_id=panel.pk, scope_id=panel.household_id).exists()
    assert [one.panel_id for one in presence.paired(sighted.pk)] == [panel.pk]


@pytest.mark.parametrize(("blinks", "kept"), [("always", True), ("paired", True), ("never", False)])
def test_B31_it_keeps_whether_the_panel_can_blink(a_bridge: Bridge, alice: User, blinks: str, kept: bool) -> None:
    scene.saw(a_bridge, scene.found_panel(blinks=blinks))
    post(alice, "/api/panels", body(a_bridge))
    panel = Panel.objects.get()
    assert panel.blinks is kept
    assert served.panels(panel.household_id, [panel.pk])[panel.pk]["blinks"] is kept


def test_P2_the_same_pairing_again_is_done_already(sighted: Bridge, alice: User) -> None:
    wanted = body(sighted)
    assert [post(alice, "/api/panels", wanted).status_code for _ in range(2)] == [201, 201]
    assert post(alice, "/api/panels", wanted | {"name": "Other"}).json()["code"] == "id_taken"
    assert Panel.objects.count() == 1


def test_it_pairs_a_panel_once(sighted: Bridge, alice: User) -> None:
    post(alice, "/api/panels", body(sighted))
    assert post(alice, "/api/panels", body(sighted)).json()["code"] == "already_paired"


def test_it_pairs_only_what_was_found_lately(a_bridge: Bridge, alice: User) -> None:
    assert post(alice, "/api/panels", body(a_bridge)).json()["code"] == "not_found_lately"
    scene.saw(a_bridge, scene.found_panel(), datetime.now(UTC) - timedelta(minutes=11))
    assert post(alice, "/api/panels", body(a_bridge)).json()["code"] == "not_found_lately"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"profile": None, "identity": None, "safety": None, "confirm": None}, "no_profile"),
        ({"connectable": False}, "not_connectable"),
    ],
)
def test_B33_it_does_not_pair_what_it_could_not_run(a_bridge: Bridge, alice: User, change: dict[str, Any], code: str) -> None:
    scene.saw(a_bridge, scene.found_panel(**change))
    assert post(alice, "/api/panels", body(a_bridge)).json()["code"] == code


ROWS = [{"distance_cm": 15.0, "irradiance_mw_cm2": 40.0}]


def light(nm: int, rows: list[dict[str, float]], provenance: str) -> dict[str, Any]:
    return {"wavelength_nm": nm, "irradiance": rows, "provenance": provenance}


UNKNOWN = light(850, [], "unknown")


@pytest.mark.parametrize(
    "channels",
    [
        [light(660, ROWS, "lab")],
        [light(660, ROWS, "lab"), light(810, ROWS, "lab")],
        [light(660, ROWS, "lab"), light(660, ROWS, "lab")],
        [light(660, ROWS, "unknown"), UNKNOWN],
        [light(660, [], "lab"), UNKNOWN],
        [light(660, ROWS * 2, "lab"), UNKNOWN],
    ],
)
def test_H10_it_refuses_light_that_cannot_be(sighted: Bridge, alice: User, channels: list[Any]) -> None:
    answer = post(alice, "/api/panels", body(sighted, channels=channels))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["field"].startswith("channels")
    assert not Panel.objects.exists()


def test_a_panel_that_names_no_wavelengths_takes_the_owners() -> None:
    said = [rules.ChannelLight(630, (), "unknown"), rules.ChannelLight(850, (), "unknown")]
    assert rules.light_problems([], said) == {}
    assert [(one["wavelength_nm"], one["max_pct"]) for one in rules.confirmed_channels([], said)] == [(630, 100), (850, 100)]


def test_P9_members_run_panels_and_owners_pair_them(sighted: Bridge, alice: User, bob: User, charlie: User) -> None:
    assert post(bob, "/api/panels", body(sighted)).json()["code"] == "owner_only"
    assert post(charlie, "/api/panels", body(sighted)).status_code == 404
    panel_id = post(alice, "/api/panels", body(sighted)).json()["id"]
    path = f"/api/panels/{panel_id}"
    assert [post(user, path, method="get").status_code for user in (alice, bob, charlie)] == [200, 200, 404]
    assert [post(user, path, {"name": "X"}, "patch").status_code for user in (bob, charlie, alice)] == [403, 404, 200]
    assert [post(user, path, method="delete").status_code for user in (bob, charlie, alice, alice)] == [403, 404, 204, 404]
    assert [len(post(user, "/api/panels", method="get").json()) for user in (alice, charlie)] == [0, 0]


def test_the_demo_pairs_virtual_panels_only_and_a_guest_runs_no_other(alice: User) -> None:
    demo = scene.a_bridge(demo_household())
    assert isinstance(rules.pairable(scene.found_panel(virtual=False), demo=True), rules.Refusal)
    assert isinstance(rules.pairable(scene.found_panel(virtual=True), demo=True), rules.Pairable)
    guest = make_guest(datetime.now(UTC))
    real = scene.a_panel(demo)
    assert post(guest, f"/api/panels/{real.pk}", method="get").json()["code"] == "guest_only_virtual"
    assert post(guest, "/api/panels", body(demo)).status_code == 403


def test_it_changes_name_and_light_but_not_what_the_panel_is(a_panel: Panel, alice: User) -> None:
    said = [light(nm, [], "unknown") for nm in (660, 850)]
    out = post(alice, f"/api/panels/{a_panel.pk}", {"name": " Hall ", "channels": said}, "patch").json()
    assert (out["name"], out["channels"][0]["min_pct"], out["channels"][0]["provenance"]) == ("Hall", 5, "unknown")
    wrong = post(alice, f"/api/panels/{a_panel.pk}", {"channels": said[:1]}, "patch")
    assert wrong.status_code == 422


def test_a_removed_panel_is_a_tombstone_and_can_be_paired_again(sighted: Bridge, alice: User) -> None:
    first = post(alice, "/api/panels", body(sighted)).json()["id"]
    post(alice, f"/api/panels/{first}", method="delete")
    change = Change.objects.get(entity="panel", row_id=first)
    assert change.deleted_at is not None
    assert presence.paired(sighted.pk) == []
    assert post(alice, "/api/panels", body(sighted)).status_code == 201


def test_a_panel_with_an_open_session_stays(ready: User, a_panel: Panel) -> None:
    scene.started(ready, scene.a_plan(a_panel))
    assert post(ready, f"/api/panels/{a_panel.pk}", method="delete").json()["code"] == "panel_in_use"


def test_a_scan_is_a_command_and_its_findings_are_shown(a_bridge: Bridge, bob: User) -> None:
    asked = post(bob, f"/api/bridges/{a_bridge.pk}/scan")
    assert asked.status_code == 202
    command = Command.objects.get(pk=asked.json()["command_id"])
    granted = commands.claim(a_bridge.pk, scene.claim_of(command), clock.now())
    assert isinstance(granted, wire.Grant)
    assert isinstance(granted.args, wire.ScanArgs)
    here = f"/api/bridges/{a_bridge.pk}/found"
    assert post(bob, here, method="get").json()["scanning"] is True
    stranger = scene.found_panel(found_id="f" * 16, profile=None, identity=None, safety=None, confirm=None, channels=[])
    told = wire.Found(command_id=command.pk, panels=[scene.found_panel(), stranger], done=True, problem="")
    found.take(a_bridge.pk, told, clock.now())
    shown = post(bob, here, method="get").json()
    assert (shown["scanning"], len(shown["panels"]), shown["problem"]) == (False, 2, "")
    empty = told.model_copy(update={"panels": [], "problem": "No Bluetooth adapter."})
    found.take(a_bridge.pk, empty, clock.now())
    assert post(bob, here, method="get").json()["problem"] == "No Bluetooth adapter."
    assert not Sighting.objects.exists()


def test_it_shows_which_found_panels_are_paired(sighted: Bridge, a_panel: Panel) -> None:
    assert [one.paired_panel_id for one in found.standing(sighted, clock.now()).panels] == [a_panel.pk]


def test_it_takes_findings_only_for_a_scan_that_was_asked_for(a_bridge: Bridge) -> None:
    told = wire.Found(command_id=uuid4(), panels=[scene.found_panel()], done=True)
    found.take(a_bridge.pk, told, clock.now())
    assert not Sighting.objects.exists()


def test_B31_it_lets_found_and_paired_panels_blink(sighted: Bridge, a_panel: Panel, bob: User, charlie: User) -> None:
    asked = post(bob, f"/api/bridges/{sighted.pk}/identify", {"found_id": "0123456789abcdef"})
    assert Command.objects.get(pk=asked.json()["command_id"]).args["found_id"] == "0123456789abcdef"
    assert post(bob, f"/api/bridges/{sighted.pk}/identify", {"found_id": "f" * 16}).json()["code"] == "not_found_lately"
    asked = post(bob, f"/api/panels/{a_panel.pk}/identify")
    assert Command.objects.get(pk=asked.json()["command_id"]).args["panel_id"] == str(a_panel.pk)
    assert post(charlie, f"/api/panels/{a_panel.pk}/identify").status_code == 404


def test_nothing_is_kept_for_a_bridge_that_is_away(a_bridge: Bridge, a_panel: Panel, alice: User) -> None:
    Bridge.objects.filter(pk=a_bridge.pk).update(line_id=None)
    assert post(alice, f"/api/bridges/{a_bridge.pk}/scan").json()["code"] == "bridge_away"
    assert post(alice, f"/api/panels/{a_panel.pk}/identify").json()["code"] == "bridge_away"
    assert not Command.objects.exists()


def test_households_do_not_share_what_their_bridges_saw(sighted: Bridge, household: Household, charlie: User) -> None:
    assert post(charlie, f"/api/bridges/{sighted.pk}/found", method="get").status_code == 404
    assert household.bridges.count() == 1
