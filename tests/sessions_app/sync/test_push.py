"""Numbers, replays, refusals (docs/sync.md Y1-Y16, Y40-Y45)."""

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sessions_app.accounts.models import User
from sessions_app.accounts.services import give_consent
from sessions_app.base import new_id
from sessions_app.problems import Problem
from sessions_app.progress.models import Rating
from sessions_app.sync import facts
from sessions_app.sync.models import Answer, Device
from tests.sessions_app.sync.line import NOW, Json, Line
from tests.sessions_app.sync.samples import BODIES, FACTS, body

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("entity", [name for name in FACTS if name not in {"hold_release", "correction"}])
def test_Y1_it_keeps_a_fact_and_shows_it_to_the_other_device(alice: User, entity: str) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id = new_id()
    reply = phone.ask([phone.put(entity, row_id, BODIES[entity])])
    assert (reply["ack"], reply["rejected"], reply["resend_from"]) == (1, [], None)
    row = tablet.rows()[entity, str(row_id)]
    assert row["scope"] == str(alice.id)
    assert {**row["body"], "at": 0} == {**BODIES[entity], "at": 0}, "the same fields and values"
    assert row["clocks"] == {}


def test_Y1_a_reply_shows_the_phone_its_own_write(alice: User) -> None:
    phone = Line(alice)
    row_id = new_id()
    reply = phone.ask([phone.put("rating", row_id, BODIES["rating"])])
    assert [row["id"] for row in reply["rows"]] == [str(row_id)]
    assert reply["now"] == "2026-03-02T08:00:00Z"


def test_Y2_the_same_device_id_of_another_person_is_another_device(alice: User, bob: User) -> None:
    shared = new_id()
    for person in (alice, bob):
        line = Line(person, shared)
        assert line.ask([line.put("rating", new_id(), BODIES["rating"])])["rejected"] == []
    assert sorted(Rating.objects.values_list("user_id", flat=True)) == sorted([alice.id, bob.id])


def _without(op: Json, *names: str) -> Json:
    return {name: value for name, value in op.items() if name not in names}


def test_Y3_an_op_carries_what_its_kind_uses_and_nothing_else(alice: User) -> None:
    phone = Line(alice)
    row_id = new_id()
    ops = [
        phone.put("rating", row_id, BODIES["rating"], seen={}),
        _without(phone.put("rating", row_id, BODIES["rating"]), "body"),
        _without(phone.delete("regimen", row_id, {}), "seen"),
        phone.delete("regimen", row_id, {}, body=None),
        _without(phone.offer("regimen", row_id, None), "clocks"),
        _without(phone.offer("regimen", row_id, None), "body"),
        {**phone.void(), "id": str(row_id)},
        _without(phone.put("rating", row_id, BODIES["rating"]), "hlc"),
    ]
    reply = phone.ask(ops)
    assert [(bad["n"], bad["code"]) for bad in reply["rejected"]] == [(n, "invalid") for n in range(1, len(ops) + 1)]


def test_Y4_a_row_says_whose_it_is_what_it_is_and_when_it_was_written(alice: User) -> None:
    phone = Line(alice)
    row_id = new_id()
    row = phone.ask([phone.put("regimen", row_id, BODIES["regimen"])])["rows"][0]
    assert row == {
        "scope": str(alice.id),
        "entity": "regimen",
        "id": str(row_id),
        "deleted": False,
        "body": BODIES["regimen"],
        "clocks": dict.fromkeys(BODIES["regimen"], phone.stamped),
        "copy_of": None,
        "superseded_by": None,
    }


def test_Y44_every_code_of_a_refusal_stands_in_the_specification() -> None:
    sources = Path(facts.__file__).parent.glob("*.py")
    used = {code for source in sources for code in re.findall(r'RefusedError\(\s*"(\w+)"', source.read_text())}
    words = (Path(__file__).parents[3] / "docs/sync.md").read_text()
    told = set(re.findall(r"`(\w+)`", words.split("- **Y44**")[1].split("- **Y45**")[0])) - {"unsendable"}
    assert used == told


def test_Y6_of_a_hundred_ops_the_bad_one_is_named_and_the_others_are_done(alice: User) -> None:
    phone = Line(alice)
    ops = [phone.put("rating", new_id(), body("rating", value=value % 11)) for value in range(100)]
    ops[41]["body"]["value"] = 11
    reply = phone.ask(ops)
    assert reply["ack"] == 100
    assert [(bad["n"], bad["code"], bad["id"]) for bad in reply["rejected"]] == [(42, "invalid", ops[41]["id"])]
    assert reply["rejected"][0]["errors"] == [{"field": "value", "message": "Input should be less than or equal to 10"}]
    assert Rating.objects.count() == 99


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no such kind": ({"kind": "make"}, "invalid"),
    "no kind": ({"kind": None}, "invalid"),
    "no such entity": ({"entity": "dragon"}, "unknown_entity"),
    "an entity that is no name": ({"entity": "../rating"}, "invalid"),
    "no id": ({"id": "1"}, "invalid"),
    "no stamp": ({"hlc": "now"}, "invalid"),
    "an unknown field": ({"colour": "red"}, "invalid"),
    "no body": ({"body": None}, "invalid"),
    "a body that is a list": ({"body": []}, "invalid"),
    "a server's entity": ({"entity": "session", "body": {}}, "not_writable"),
    "an unknown field in the body": ({"body": body("rating", sites=[])}, "invalid"),
    "a number as text": ({"body": body("rating", value="4")}, "invalid"),
    "a fraction for a whole": ({"body": body("rating", value=4.5)}, "invalid"),
    "true for one": ({"body": body("rating", value=True)}, "invalid"),
    "a huge number": ({"body": body("rating", value=2**63)}, "invalid"),
    "a naive time": ({"body": body("rating", at="2026-03-01T21:00:00")}, "invalid"),
    "a time as a number": ({"body": body("rating", at=1772388000)}, "invalid"),
    "a time in the year 9999": ({"body": body("rating", at="9999-12-31T23:59:59Z")}, "invalid"),
    "a time in the year 1800": ({"body": body("rating", at="1800-01-01T00:00:00Z")}, "invalid"),
    "a time in two days": ({"body": body("rating", at="2026-03-04T08:00:01Z")}, "invalid"),
    "a note too long": ({"body": body("rating", note="x" * 2001)}, "invalid"),
}


@pytest.mark.parametrize("why", BAD)
def test_Y40_it_refuses_a_bad_op_by_its_number_and_goes_on(alice: User, why: str) -> None:
    phone = Line(alice)
    change, code = BAD[why]
    ops = [phone.put("rating", new_id(), body("rating", value=n)) for n in range(3)]
    ops[1].update(change)
    reply = phone.ask(ops)
    assert [(bad["n"], bad["code"]) for bad in reply["rejected"]] == [(2, code)]
    assert reply["rejected"][0]["message"]
    assert reply["ack"] == 3
    assert sorted(Rating.objects.values_list("value", flat=True)) == [0, 2]


@pytest.mark.parametrize("n", [None, 0, -1, 1.0, True, "1", 2**53, 2**80])
def test_Y6_an_op_without_a_number_refuses_the_request(alice: User, n: Any) -> None:
    phone = Line(alice)
    op = phone.put("rating", new_id(), BODIES["rating"]) | {"n": n}
    with pytest.raises(Problem) as refused:
        phone.ask([op])
    assert (refused.value.status, refused.value.code) == (422, "invalid")
    assert not Rating.objects.exists()


def test_Y10_the_number_advances_with_the_effect_or_not_at_all(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is killed after the effect, before the answer is kept."""
    phone = Line(alice)
    op = phone.put("rating", new_id(), BODIES["rating"])
    monkeypatch.setattr(Answer.objects, "create", _die)
    with pytest.raises(KeyboardInterrupt):
        phone.ask([op])
    assert not Rating.objects.exists()
    monkeypatch.undo()
    assert phone.ask([op])["ack"] == 1
    assert Rating.objects.count() == 1


def _die(**_: Any) -> None:
    raise KeyboardInterrupt


def test_Y12_an_op_whose_answer_was_lost_acts_once_and_is_answered_the_same(alice: User) -> None:
    phone = Line(alice)
    ops = [phone.put("rating", new_id(), body("rating", value=value)) for value in (1, 99, 3)]
    first = phone.lose(ops)
    again = phone.lose(ops)
    assert again["rejected"] == first["rejected"]
    assert [bad["n"] for bad in again["rejected"]] == [2]
    assert again["ack"] == 3
    more = phone.ask([*ops, phone.put("rating", new_id(), body("rating", value=4))])
    assert more["ack"] == 4
    assert Rating.objects.count() == 3


def test_Y13_a_gap_stops_the_request_and_asks_for_what_is_missing(alice: User) -> None:
    phone = Line(alice)
    one, two, three = (phone.put("rating", new_id(), body("rating", value=value)) for value in (1, 2, 3))
    reply = phone.lose([one, three])
    assert (reply["ack"], reply["resend_from"]) == (1, 2)
    assert Rating.objects.count() == 1
    reply = phone.ask([two, three])
    assert (reply["ack"], reply["resend_from"]) == (3, None)
    assert Rating.objects.count() == 3


def test_Y14_another_op_under_the_same_number_is_a_copied_device(alice: User) -> None:
    phone = Line(alice)
    phone.ask([phone.put("rating", new_id(), BODIES["rating"])])
    copied = Line(alice, phone.device)
    with pytest.raises(Problem) as refused:
        copied.ask([copied.put("rating", new_id(), body("rating", note="mine"))])
    assert (refused.value.status, refused.value.code) == (409, "device_forked")
    assert Rating.objects.count() == 1
    # under a device id of its own it is taken
    renewed = Line(alice)
    assert renewed.ask([renewed.put("rating", new_id(), body("rating", note="mine"))])["ack"] == 1


def test_Y15_a_later_op_relies_on_an_earlier_one_of_the_same_request(alice: User) -> None:
    phone = Line(alice)
    checkin = new_id()
    reply = phone.ask([
        phone.put("checkin", checkin, body("checkin", blister=True)),
        phone.put("hold_release", new_id(), body("hold_release", checkin_id=checkin)),
    ])  # fmt: skip
    assert reply["rejected"] == []


def test_Y38_a_child_before_its_parent_is_refused_and_taken_after_it(alice: User) -> None:
    phone = Line(alice)
    checkin, release = new_id(), new_id()
    child = body("hold_release", checkin_id=checkin)
    reply = phone.ask([phone.put("hold_release", release, child)])
    assert [(bad["code"], bad["errors"][0]["field"]) for bad in reply["rejected"]] == [("parent_missing", "checkin_id")]
    reply = phone.ask([
        phone.put("checkin", checkin, BODIES["checkin"]), phone.put("hold_release", release, child)
    ])  # fmt: skip
    assert reply["rejected"] == []


def test_Y38_anothers_row_is_no_parent(alice: User, bob: User) -> None:
    theirs, mine = Line(bob), Line(alice)
    checkin = new_id()
    theirs.ask([theirs.put("checkin", checkin, BODIES["checkin"])])
    reply = mine.ask([mine.put("hold_release", new_id(), body("hold_release", checkin_id=checkin))])
    assert [bad["code"] for bad in reply["rejected"]] == ["parent_missing"]


def test_Y40_a_fault_of_the_server_does_not_hold_up_what_lies_behind(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = Line(alice)
    good = facts.put

    def break_at_two(entity: Any, user: Any, op: Any, now: Any) -> None:
        good(entity, user, op, now)
        if op.n == 2:
            raise ZeroDivisionError

    monkeypatch.setattr(facts, "put", break_at_two)
    reply = phone.ask([phone.put("rating", new_id(), body("rating", value=n)) for n in range(3)])
    assert [(bad["n"], bad["code"]) for bad in reply["rejected"]] == [(2, "failed")]
    assert sorted(Rating.objects.values_list("value", flat=True)) == [0, 2]


def test_Y42_a_stamp_a_day_ahead_is_refused_and_taken_when_stamped_anew(alice: User) -> None:
    phone = Line(alice)
    row_id = new_id()
    wrong = phone.stamp(later=timedelta(days=1, seconds=1))
    reply = phone.ask([phone.put("rating", row_id, BODIES["rating"], hlc=wrong)])
    assert [bad["code"] for bad in reply["rejected"]] == ["clock_ahead"]
    assert reply["now"] == "2026-03-02T08:00:00Z"
    phone.stamped = ""
    assert phone.ask([phone.put("rating", row_id, BODIES["rating"])])["rejected"] == []
    assert Rating.objects.count() == 1


def test_Y42_a_clock_that_is_behind_or_less_than_a_day_ahead_does_no_harm(alice: User) -> None:
    phone = Line(alice)
    for later in (timedelta(days=-20_000), timedelta(hours=23)):
        phone.stamped = ""
        op = phone.put("rating", new_id(), BODIES["rating"], hlc=phone.stamp(later))
        assert phone.ask([op])["rejected"] == []


def test_Y43_a_void_uses_up_a_number_and_does_nothing(alice: User) -> None:
    phone = Line(alice)
    reply = phone.ask([phone.void(), phone.put("rating", new_id(), BODIES["rating"])])
    assert (reply["ack"], reply["rejected"]) == (2, [])


def test_Y12_a_thousand_ops_in_overlapping_batches_act_once(alice: User) -> None:
    phone = Line(alice)
    ops = [phone.put("rating", new_id(), body("rating", value=n % 11)) for n in range(1_000)]
    for start in range(0, len(ops), 500):
        phone.lose(ops[start : start + 500], limit=1)
    phone.lose(ops[400:900], limit=1)
    assert Rating.objects.count() == 1_000
    assert len(phone.rows(limit=300)) == 1_000


def test_Y56_a_removed_device_is_told_so_and_nothing_is_done(alice: User) -> None:
    phone = Line(alice)
    phone.ask([phone.put("rating", new_id(), BODIES["rating"])])
    Device.objects.update(revoked_at=NOW)
    with pytest.raises(Problem) as refused:
        phone.ask([phone.put("rating", new_id(), BODIES["rating"])])
    assert (refused.value.status, refused.value.code) == (403, "device_revoked")
    assert Rating.objects.count() == 1


@pytest.mark.parametrize(("schema", "code"), [(2, "schema_ahead"), (1_000_000, "schema_ahead")])
def test_Y50_a_schema_that_is_not_spoken_is_told_and_nothing_is_done(alice: User, schema: int, code: str) -> None:
    phone = Line(alice)
    with pytest.raises(Problem) as refused:
        phone.ask([phone.put("rating", new_id(), BODIES["rating"])], schema=schema)
    assert (refused.value.status, refused.value.code) == (409, code)
    assert not Device.objects.exists()


def test_Y50_a_schema_that_is_no_longer_spoken_is_told(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions_app.sync.exchange.OLDEST_SCHEMA", 2)
    with pytest.raises(Problem) as refused:
        Line(alice).ask()
    assert (refused.value.status, refused.value.code) == (409, "schema_old")


def test_Y33_a_fact_is_written_once(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id = new_id()
    phone.ask([phone.put("rating", row_id, BODIES["rating"])])
    reply = tablet.ask([
        tablet.put("rating", row_id, BODIES["rating"]),
        tablet.put("rating", row_id, body("rating", value=9)),
        tablet.delete("rating", row_id, {}),
    ])  # fmt: skip
    assert [(bad["n"], bad["code"]) for bad in reply["rejected"]] == [(2, "id_taken"), (3, "append_only")]
    assert Rating.objects.get().value == 4


@pytest.mark.parametrize("entity", ["rating", "regimen"])
def test_Y33_anothers_id_is_refused_and_shows_nothing(alice: User, bob: User, entity: str) -> None:
    mine, theirs = Line(alice), Line(bob)
    row_id = new_id()
    theirs.ask([theirs.put(entity, row_id, BODIES[entity])])
    reply = mine.ask([mine.put(entity, row_id, BODIES[entity])])
    assert [bad["code"] for bad in reply["rejected"]] == ["id_taken"]
    assert reply["rows"] == []
    assert "body" not in reply["rejected"][0]


def test_Y33_anothers_row_cannot_be_deleted_nor_a_profile_written(alice: User, bob: User) -> None:
    mine, theirs = Line(alice), Line(bob)
    regimen = new_id()
    theirs.ask([theirs.put("regimen", regimen, BODIES["regimen"])])
    reply = mine.ask([
        mine.delete("regimen", regimen, {}),
        mine.put("profile", bob.id, {"display_name": "Mallory"}),
        mine.put("profile", uuid.uuid4(), BODIES["profile"]),
        mine.delete("profile", alice.id, {}),
    ])  # fmt: skip
    assert [bad["code"] for bad in reply["rejected"]] == ["id_taken", "not_allowed", "not_deletable"]
    assert len(theirs.rows(cursor=None)) == 1
    bob.refresh_from_db()
    assert bob.display_name == "Bob"


# ── Consent ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("entity", [name for name in BODIES if name not in {"profile", "hold_release", "correction"}])
def test_Y46_it_keeps_no_health_record_without_consent(alice: User, entity: str) -> None:
    alice.consents.all().delete()
    phone, row_id = Line(alice), new_id()
    (refusal,) = phone.ask([phone.put(entity, row_id, BODIES[entity])])["rejected"]
    assert refusal["code"] == "consent_missing"
    assert (entity, str(row_id)) not in phone.rows(cursor=None)
    give_consent(alice, "2026-1")
    assert phone.ask([phone.put(entity, row_id, BODIES[entity])])["rejected"] == []


def test_Y46_it_refuses_once_consent_is_withdrawn_also_what_is_offered(alice: User) -> None:
    phone, row_id = Line(alice), new_id()
    alice.consents.all().update(withdrawn_at=NOW)
    for op in (phone.put("rating", row_id, BODIES["rating"]), phone.offer("rating", row_id, BODIES["rating"])):
        assert [one["code"] for one in phone.ask([op])["rejected"]] == ["consent_missing"]
    assert not Rating.objects.exists()


def test_Y46_it_takes_a_profile_and_what_is_given_back_to_a_server_that_lost_all(alice: User) -> None:
    alice.consents.all().delete()
    phone = Line(alice)
    given = [phone.put("profile", alice.pk, {"display_name": "Al"}), phone.offer("rating", new_id(), BODIES["rating"])]
    assert phone.ask(given)["rejected"] == []
