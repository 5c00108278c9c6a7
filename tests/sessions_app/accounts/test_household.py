"""Who is in a household and what they may do there (docs/household.md, M1-M7, M20-M24, M30)."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone

from sessions_app import clock
from sessions_app.accounts import household as households
from sessions_app.accounts import rules, services
from sessions_app.accounts.models import Household, Membership, User
from sessions_app.changes.models import Change
from sessions_app.panels.models import Panel
from sessions_app.problems import Problem
from sessions_app.sync import served
from sessions_app.therapy.models import Session
from tests import factories
from tests.conftest import Browser
from tests.sessions_app import scene
from tests.sessions_app.sync.line import Line

Browsers = Callable[[User | None], Browser]
A, B, C = (UUID(int=n) for n in (1, 2, 3))


def code_of(refusal: rules.Refusal | None) -> str | None:
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("roles", "who", "code"),
    [
        ({A: "owner"}, A, "only_person"),
        ({A: "owner", B: "member"}, A, "last_owner"),
        ({A: "owner", B: "member"}, B, None),
        ({A: "owner", B: "owner"}, A, None),
    ],
)
def test_M20_a_household_keeps_an_owner(roles: dict[UUID, rules.Role], who: UUID, code: str | None) -> None:
    assert code_of(rules.leaving(roles, who)) == code


def test_M21_M23_owners_are_equals() -> None:
    roles: dict[UUID, rules.Role] = {A: "owner", B: "owner", C: "member"}
    assert code_of(rules.removing(roles, A, B)) == code_of(rules.changing(roles, A, B, "member")) == "is_owner"
    assert rules.removing(roles, A, C) is None
    assert code_of(rules.removing(roles, C, B)) == "owner_only"
    assert rules.changing(roles, A, C, "owner") is None
    assert rules.changing(roles, A, A, "member") is None
    assert code_of(rules.changing({A: "owner", C: "member"}, A, A, "member")) == "last_owner"


def test_M23_ownership_is_passed_on(alice: User, bob: User, household: Household, browser: Browsers) -> None:
    path = f"/api/households/{household.pk}/members"
    assert browser(alice).send("patch", f"{path}/{bob.pk}", {"role": "owner"}).status_code == 204
    assert browser(alice).send("patch", f"{path}/{alice.pk}", {"role": "member"}).status_code == 204
    refused = browser(alice).send("patch", f"{path}/{bob.pk}", {"role": "member"})
    assert (refused.status_code, refused.json()["code"]) == (403, "owner_only")
    assert dict(Membership.objects.filter(household=household).values_list("user__display_name", "role")) == {
        "Alice": "member",
        "Bob": "owner",
    }


@pytest.mark.django_db(transaction=True)
def test_M20_of_two_owners_who_leave_at_once_one_stays(alice: User, bob: User, household: Household) -> None:
    factories.member_of(household)
    for _ in range(3):
        for user in (alice, bob):
            Membership.objects.update_or_create(household=household, user=user, defaults={"role": "owner"})
        answers = scene.at_once(*[partial(households.leave, user, household.pk, timezone.now()) for user in (alice, bob)])
        assert [one.code for one in answers if isinstance(one, Problem)] == ["last_owner"]
        assert Membership.objects.filter(household=household, role="owner").count() == 1


def test_M22_who_is_removed_keeps_what_is_theirs_and_gets_a_household(
    alice: User, bob: User, household: Household, a_panel: Panel, browser: Browsers
) -> None:
    scene.answers(bob)
    phone = Line(bob)
    phone.ask([phone.put("profile", bob.pk, {"display_name": "Bob"})])
    phone.rows()
    assert browser(alice).send("delete", f"/api/households/{household.pk}/members/{bob.pk}").status_code == 204
    assert browser(bob).send("get", "/api/panels").json() == []
    assert browser(bob).send("get", f"/api/panels/{a_panel.pk}").status_code == 404
    assert bob.screenings.count() == 1
    (own,) = bob.memberships.select_related("household")
    assert (own.role, own.household.name, own.household_id != household.pk) == ("owner", "Home", True)
    assert phone.ask()["left"] == [str(household.pk)]


def test_M22_what_runs_for_them_there_is_stopped_first(alice: User, bob: User, household: Household, a_panel: Panel) -> None:
    scene.answers(bob)
    elsewhere = scene.a_panel(scene.a_bridge(factories.household(), name="Elsewhere"))
    factories.MembershipFactory.create(household=elsewhere.household, user=bob)
    scene.started(bob, scene.a_plan(a_panel))
    scene.started(bob, scene.a_plan(elsewhere, sites=["left_leg"]))
    households.leave(bob, household.pk, timezone.now())
    assert dict(Session.objects.values_list("panel_id", "state")) == {a_panel.pk: "ended", elsewhere.pk: "requested"}
    assert [one.household_id for one in bob.memberships.all()] == [elsewhere.household_id]


@pytest.mark.django_db(transaction=True)
def test_M22_no_start_slips_by_a_removal(alice: User, bob: User, household: Household, a_panel: Panel) -> None:
    scene.answers(bob)
    for _ in range(4):
        Session.objects.all().delete()
        Membership.objects.get_or_create(household=household, user=bob, defaults={"role": "member"})
        now = clock.now()
        plan = scene.a_plan(a_panel)
        ticket = scene.ticket_for(bob, plan, now)
        scene.at_once(
            partial(scene.started, bob, plan, now, ticket=ticket),
            partial(households.remove, alice, household.pk, bob.pk, timezone.now()),
        )
        assert not Session.objects.exclude(state="ended").exists()
        assert not Membership.objects.filter(household=household, user=bob).exists()


def test_M30_a_new_name_or_mark_is_seen_by_the_household_and_by_nobody_else(
    alice: User, bob: User, charlie: User, household: Household
) -> None:
    hers, his, strangers = Line(alice), Line(bob), Line(charlie)
    for line in (hers, his, strangers):
        line.rows()
    his.ask([his.put("profile", bob.pk, {"display_name": "Robert", "colour": "sky"})])
    (seen,) = [row for row in hers.ask()["rows"] if row["entity"] == "member"]
    assert {key: seen["body"][key] for key in ("user_id", "name", "colour", "role")} == {
        "user_id": str(bob.pk),
        "name": "Robert",
        "colour": "sky",
        "role": "member",
    }
    assert set(seen["body"]) == {"household_id", "user_id", "name", "colour", "role", "since"}  # M4: and no more
    assert strangers.ask()["rows"] == []
    his.ask([his.put("profile", bob.pk, {"theme": "night"})])
    assert hers.ask()["rows"] == []


def test_M6_guests_of_the_demo_do_not_know_each_other(db: None, browser: Browsers) -> None:
    one, other = (services.make_guest(timezone.now()) for _ in range(2))
    demo = services.demo_household()
    phone = Line(one)
    phone.ask([phone.put("profile", one.pk, {"display_name": "Somebody"})])
    assert not [row for row in Line(other).rows().values() if row["entity"] in {"member", "household"}]
    assert not Change.objects.filter(scope_id=demo.pk).exists()
    assert browser(other).send("post", f"/api/households/{demo.pk}/leave").status_code == 404


@pytest.mark.parametrize("name", ["\u200b", "\u200b\u200d", "\u2800", "\u3164", "\u202e", "\u0001", "\ufeff", "\u0301", "\n"])
def test_M33_a_name_of_which_nothing_is_seen_is_refused_or_shown_as_none(
    alice: User, bob: User, household: Household, a_panel: Panel, browser: Browsers, name: str
) -> None:
    for path in (f"/api/households/{household.pk}", f"/api/panels/{a_panel.pk}"):
        refused = browser(alice).send("patch", path, {"name": name})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "name")
    User.objects.filter(pk=bob.pk).update(display_name=name)
    assert read_by_others(bob, household) == ""


def test_M33_a_name_stands_in_one_line_and_turns_nothing_round(
    alice: User, bob: User, household: Household, browser: Browsers
) -> None:
    hostile = "  Bob\n\u202eknalB\u2066 "
    assert browser(alice).send("patch", f"/api/households/{household.pk}", {"name": hostile}).status_code == 204
    assert Household.objects.get(pk=household.pk).name == "Bob knalB"
    User.objects.filter(pk=bob.pk).update(display_name=hostile)
    assert read_by_others(bob, household) == "Bob knalB"


@pytest.mark.parametrize("name", ["محمد", "Анна-Мария", "山田", "\U0001f469\u200d\U0001f52c", "José", "Be\u200cla"])
def test_M33_a_name_in_any_writing_stays_as_it_is(alice: User, household: Household, browser: Browsers, name: str) -> None:
    assert browser(alice).send("patch", f"/api/households/{household.pk}", {"name": name}).status_code == 204
    assert Household.objects.get(pk=household.pk).name == name


def read_by_others(whom: User, household: Household) -> str:
    member = Membership.objects.get(household=household, user=whom)
    return str(served.members(household.pk, [member.pk])[member.pk]["name"])
