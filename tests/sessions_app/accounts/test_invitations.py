"""Asked into a household by a link that works once, for a day (docs/household.md, M10-M17)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from sessions_app.accounts import invitations, rules, services
from sessions_app.accounts.models import Household, Invitation, Membership, User
from sessions_app.problems import Problem
from sessions_app.regimens.models import Regimen
from sessions_app.screening.models import Screening
from tests import factories
from tests.conftest import Browser
from tests.sessions_app import scene
from tests.sessions_app.sync.line import Line

Browsers = Callable[[User | None], Browser]


@pytest.fixture
def dora(db: None) -> User:
    """Somebody who just signed up: her household is empty."""
    dora: User = factories.UserFactory.create(email="dora@example.org", display_name="Dora")
    dora.consents.create(version="2026-1")
    services.settle(dora)
    return dora


def invite(browser: Browsers, owner: User, household: Household) -> Any:
    made = browser(owner).send("post", f"/api/households/{household.pk}/invitations")
    assert made.status_code == 201, made.content
    return made.json()


def joins(browser: Browsers, user: User, code: str) -> Any:
    return browser(user).send("post", "/api/invitations/join", {"code": code})


def test_M10_its_code_is_kept_only_as_a_hash_and_told_once(alice: User, household: Household, browser: Browsers) -> None:
    made = invite(browser, alice, household)
    code = made["code"].replace("-", "")
    assert (len(code), set(code) <= set(rules.LETTERS)) == (rules.CODE_LENGTH, True)
    kept = Invitation.objects.values().get()
    assert code not in str(kept)
    listed = browser(alice).send("get", f"/api/households/{household.pk}/invitations").json()
    assert [one["id"] for one in listed] == [made["id"]]
    assert code not in str(listed)


def test_M11_the_link_carries_the_code_where_no_server_sees_it(alice: User, household: Household, browser: Browsers) -> None:
    made = invite(browser, alice, household)
    sent, _, after = made["link"].partition("#")
    assert (sent.endswith("/invited"), after) == (True, made["code"].replace("-", ""))
    assert {len(row) for row in made["qr"]} == {len(made["qr"])}
    assert set("".join(made["qr"])) == {"0", "1"}


@pytest.mark.parametrize(
    "spelled",
    [
        "{code}",
        " {lower} ",
        "http://localhost:8000/invited#{plain}",
        "{dashes}",
        "{code}.",
        "\u200b{code}",
        "<http://localhost:8000/invited#{plain}>",
        "Alice writes: http://localhost:8000/invited#{plain} See you!",
        "http://localhost:8000/invited#{plain}?from=mail",
    ],
)
def test_M11_the_code_may_be_typed_read_aloud_or_pasted_with_its_link(
    alice: User, dora: User, household: Household, browser: Browsers, spelled: str
) -> None:
    code = invite(browser, alice, household)["code"]
    typed = spelled.format(code=code, lower=code.lower(), plain=code.replace("-", ""), dashes=code.replace("-", "–"))
    assert joins(browser, dora, typed).status_code == 201


def test_M12_it_lets_one_person_in_once(alice: User, dora: User, charlie: User, household: Household, browser: Browsers) -> None:
    code = invite(browser, alice, household)["code"]
    assert joins(browser, dora, code).status_code == 201
    assert joins(browser, dora, code).status_code == 201  # the answer was lost: it is the same again
    assert Membership.objects.filter(household=household, user=dora, role="member").count() == 1
    late = joins(browser, charlie, code)
    assert (late.status_code, late.json()["code"]) == (404, "invitation_over")


def test_M12_used_old_taken_back_and_unknown_answer_alike(
    alice: User, dora: User, charlie: User, household: Household, browser: Browsers
) -> None:
    used, old, back = (invite(browser, alice, household) for _ in range(3))
    joins(browser, dora, used["code"])
    Invitation.objects.filter(pk=old["id"]).update(expires_at=timezone.now())
    assert browser(alice).send("delete", f"/api/households/{household.pk}/invitations/{back['id']}").status_code == 204
    answers = [
        browser(charlie).send("post", f"/api/invitations/{what}", {"code": code})
        for what in ("look", "join")
        for code in (used["code"], old["code"], back["code"], "BBBB-BBBB-BBBB-BBBB", "nonsense", "ü")
    ]
    assert {(one.status_code, one.json()["code"], one.json()["detail"]) for one in answers} == {
        (404, "invitation_over", "This invitation was used, was taken back, or is older than a day.")
    }
    assert not Membership.objects.filter(household=household, user=charlie).exists()


def test_M10_it_lasts_a_day(alice: User, dora: User, household: Household) -> None:
    now = timezone.now()
    made = invitations.make(alice, household.pk, now)
    almost = now + timedelta(hours=24) - timedelta(seconds=1)
    assert invitations.find(made.code, almost).pk == made.invitation.pk
    with pytest.raises(Problem, match="invitation_over"):
        invitations.join(dora, made.code, now + timedelta(hours=24))


def test_M10_ten_are_open_at_most_and_old_ones_make_room(alice: User, household: Household) -> None:
    now = timezone.now()
    for _ in range(rules.MAX_OPEN):
        invitations.make(alice, household.pk, now)
    with pytest.raises(Problem, match="too_many_invitations"):
        invitations.make(alice, household.pk, now)
    invitations.make(alice, household.pk, now + timedelta(hours=25))
    assert Invitation.objects.count() == 1


def test_M13_it_tells_beforehand_what_joining_changes_and_changes_nothing(
    alice: User, dora: User, household: Household, browser: Browsers
) -> None:
    code = invite(browser, alice, household)["code"]
    told = browser(dora).send("post", "/api/invitations/look", {"code": code}).json()
    assert (told["household"], told["made_by"]) == ("Alice's home", "Alice")
    assert (told["leaves"], told["keeps"], told["member"]) == (["Home"], [], False)
    nobody = browser(None).send("post", "/api/invitations/look", {"code": code}).json()
    assert (nobody["leaves"], nobody["keeps"], nobody["member"]) == ([], [], False)
    assert not Membership.objects.filter(household=household, user=dora).exists()


def test_M14_an_empty_household_is_dropped_and_nothing_of_the_person_is_lost(
    alice: User, dora: User, household: Household, browser: Browsers
) -> None:
    scene.answers(dora)
    before = (Screening.objects.filter(user=dora).count(), Regimen.objects.filter(user=dora).count())
    phone = Line(dora)
    phone.rows()
    joins(browser, dora, invite(browser, alice, household)["code"])
    assert [one.household_id for one in dora.memberships.all()] == [household.pk]
    assert not Household.objects.exclude(pk=household.pk).filter(name="Home").exists()
    assert (Screening.objects.filter(user=dora).count(), Regimen.objects.filter(user=dora).count()) == before == (1, 0)
    reply = phone.ask()
    assert len(reply["left"]) == 1
    (mine,) = [row["body"] for row in reply["rows"] if row["entity"] == "member" and row["body"]["name"] == "Dora"]
    assert (mine["role"], mine["household_id"]) == ("member", str(household.pk))


def test_M14_a_household_with_a_bridge_or_a_panel_or_another_person_is_kept(
    alice: User, charlie: User, household: Household, browser: Browsers
) -> None:
    own = Household.objects.get(memberships__user=charlie)
    panel = scene.a_panel(scene.a_bridge(own))
    told = browser(charlie).send("post", "/api/invitations/look", {"code": (code := invite(browser, alice, household)["code"])})
    assert (told.json()["leaves"], told.json()["keeps"]) == ([], [own.name])
    joins(browser, charlie, code)
    assert {one.household_id for one in charlie.memberships.all()} == {own.pk, household.pk}
    panel.refresh_from_db()
    with_somebody = factories.household()
    pair = [factories.owner_of(with_somebody), factories.member_of(with_somebody)]
    joins(browser, pair[0], invite(browser, alice, household)["code"])
    assert Household.objects.filter(pk=with_somebody.pk, memberships__user=pair[0]).exists()


@pytest.mark.django_db(transaction=True)
def test_M15_of_two_who_use_it_at_once_one_joins(alice: User, dora: User, charlie: User, household: Household) -> None:
    now = timezone.now()
    for _ in range(3):
        Membership.objects.filter(household=household).exclude(user=alice).delete()
        code = invitations.make(alice, household.pk, now).code
        answers = scene.at_once(*[partial(invitations.join, user, code, now) for user in (dora, charlie)])
        assert sorted(type(one).__name__ for one in answers) == ["Membership", "Problem"]
        assert Membership.objects.filter(household=household).count() == 2


def test_M16_a_guest_and_who_is_in_already_do_not_join(alice: User, bob: User, household: Household, browser: Browsers) -> None:
    code = invite(browser, alice, household)["code"]
    guest = services.make_guest(timezone.now())
    assert joins(browser, guest, code).json()["code"] == "guest_cannot_join"
    assert joins(browser, bob, code).json()["code"] == "already_in"
    assert Invitation.objects.get().used_by is None


def test_M17_guessing_is_throttled(charlie: User, browser: Browsers) -> None:
    phone = browser(charlie)
    answers = [phone.send("post", "/api/invitations/look", {"code": f"{uuid4()}"}).status_code for _ in range(31)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_M22_who_is_gone_does_not_come_back_by_a_code_they_know(
    alice: User, dora: User, bob: User, household: Household, browser: Browsers
) -> None:
    used, known = (invite(browser, alice, household)["code"] for _ in range(2))
    joins(browser, dora, used)
    assert browser(alice).send("delete", f"/api/households/{household.pk}/members/{dora.pk}").status_code == 204
    assert [joins(browser, dora, code).json()["code"] for code in (used, known)] == ["invitation_over"] * 2
    made = invite(browser, alice, household)["code"]
    for whom, role in ((bob, "owner"), (alice, "member")):
        browser(alice).send("patch", f"/api/households/{household.pk}/members/{whom.pk}", {"role": role})
    assert joins(browser, dora, made).json()["code"] == "invitation_over"
