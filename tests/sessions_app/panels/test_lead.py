"""Which bridge leads a panel, and when it is handed over (docs/bridge.md, B70-B73)."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.panels import commands, lead, presence
from sessions_app.panels.leading import Ear, leader
from sessions_app.panels.models import Bridge, Panel
from tests.sessions_app import scene

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


def ear(bridge_id: UUID, rssi_dbm: int, ago_s: float = 0, *, online: bool = True) -> Ear:
    return Ear(bridge_id, rssi_dbm, timedelta(seconds=ago_s), online)


@pytest.mark.parametrize(
    ("ears", "leads"),
    [
        ([], ONE),
        ([ear(ONE, -60)], ONE),
        ([ear(ONE, -60), ear(TWO, -53)], ONE),
        ([ear(ONE, -60), ear(TWO, -52)], TWO),
        ([ear(ONE, -60), ear(TWO, -50), ear(THREE, -45)], THREE),
        ([ear(ONE, -60), ear(TWO, -50, online=False)], ONE),
        ([ear(ONE, -60), ear(TWO, -50, 46)], ONE),
        ([ear(ONE, -40, 46), ear(TWO, -90)], TWO),
        ([ear(ONE, -40, online=False), ear(TWO, -90)], TWO),
        ([ear(ONE, -40, online=False)], ONE),
        ([ear(ONE, -60), ear(TWO, -40, -100)], ONE),
    ],
)
def test_B72_the_panel_is_led_by_who_hears_it_clearly_best(ears: list[Ear], leads: UUID) -> None:
    assert leader(ONE, ears) == leads


@pytest.fixture
def second(a_bridge: Bridge) -> Bridge:
    return scene.a_bridge(a_bridge.household, name="Bridge 2")


def hear(bridge: Bridge, panel: Panel, rssi_dbm: int) -> Panel:
    lead.heard(bridge.pk, wire.Heard(panels=[wire.HeardPanel(panel_id=panel.pk, rssi_dbm=rssi_dbm)]), clock.now())
    panel.refresh_from_db()
    return panel


@pytest.mark.django_db
def test_B72_a_hand_over_counts_the_lease_up(a_panel: Panel, a_bridge: Bridge, second: Bridge) -> None:
    assert hear(a_bridge, a_panel, -70).bridge_id == a_bridge.pk
    assert (hear(second, a_panel, -65).bridge_id, a_panel.lease) == (a_bridge.pk, 1)
    assert (hear(second, a_panel, -55).bridge_id, a_panel.lease) == (second.pk, 2)
    assert (hear(a_bridge, a_panel, -60).bridge_id, a_panel.lease) == (second.pk, 2)


@pytest.mark.django_db
def test_B72_an_open_session_holds_the_panel_where_it_is(ready: User, a_panel: Panel, second: Bridge) -> None:
    started = scene.started(ready, scene.a_plan(a_panel))
    assert hear(second, a_panel, -30).lease == 1
    session = started.session
    for state, off_confirmed, lease in (("paused", None, 1), ("ended", False, 1), ("ended", True, 2)):
        session.state, session.off_confirmed, session.ended_at = state, off_confirmed, clock.now().wall
        session.save()
        assert hear(second, a_panel, -30).lease == lease


@pytest.mark.django_db
def test_B70_each_bridge_is_told_of_all_panels_and_which_it_leads(a_panel: Panel, a_bridge: Bridge) -> None:
    (alone,) = presence.paired(a_bridge.pk)
    assert (alone.leads, alone.shared) == (True, False)
    second = scene.a_bridge(a_bridge.household, name="Bridge 2")
    (first,), (other,) = presence.paired(a_bridge.pk), presence.paired(second.pk)
    assert (first.leads, first.shared, other.leads, other.lease) == (True, True, False, 1)


@pytest.mark.django_db
def test_P9_a_bridge_says_nothing_of_another_households_panel(a_panel: Panel, charlie: User) -> None:
    theirs = scene.a_bridge(charlie.memberships.get().household)
    assert hear(theirs, a_panel, -10).lease == 1
    theirs.refresh_from_db()
    assert theirs.hears == {}


@pytest.mark.django_db
def test_B71_a_former_leader_is_granted_nothing(ready: User, a_panel: Panel, second: Bridge) -> None:
    command = scene.started(ready, scene.a_plan(a_panel)).command
    Panel.objects.filter(pk=a_panel.pk).update(bridge=second, lease=2)
    answer = commands.claim(a_panel.bridge_id, wire.Claim(command_id=command.pk, claim_id=uuid4()), clock.now())
    assert isinstance(answer, wire.Deny)
    Panel.objects.filter(pk=a_panel.pk).update(bridge=command.bridge_id)
    granted = commands.claim(command.bridge_id, wire.Claim(command_id=command.pk, claim_id=uuid4()), clock.now())
    assert isinstance(granted, wire.Grant)
    assert granted.lease == 2
