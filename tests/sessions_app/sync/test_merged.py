"""Merged rows, copies, corrections (docs/sync.md Y31-Y37)."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

import pytest

from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.changes.models import Correction
from sessions_app.progress.models import Rating
from sessions_app.regimens.models import Regimen
from sessions_app.sync import rules
from tests.sessions_app.sync.line import Json, Line
from tests.sessions_app.sync.samples import BODIES, body

pytestmark = pytest.mark.django_db


def _made(line: Line) -> tuple[uuid.UUID, Json]:
    """A regimen, and its row as the server tells it."""
    row_id = new_id()
    reply = line.ask([line.put("regimen", row_id, BODIES["regimen"])])
    return row_id, next(row for row in reply["rows"] if row["id"] == str(row_id))


def test_Y31_it_keeps_a_regimen_with_a_stamp_for_each_field(alice: User) -> None:
    phone = Line(alice)
    _, row = _made(phone)
    assert row["body"] == BODIES["regimen"]
    assert row["clocks"] == dict.fromkeys(BODIES["regimen"], phone.stamped)


def test_Y31_two_phones_change_two_fields_and_both_stay(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id, _ = _made(phone)
    tablet.rows()
    phone.ask([phone.put("regimen", row_id, {"minutes": 5})])
    tablet.now += timedelta(minutes=1)
    tablet.ask([tablet.put("regimen", row_id, {"days": [1]})])
    assert phone.rows()["regimen", str(row_id)]["body"] == body("regimen", minutes=5, days=[1])


@pytest.mark.parametrize("late_first", [True, False])
def test_Y31_the_later_stamp_wins_in_either_order(alice: User, late_first: bool) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id, _ = _made(phone)
    phone.now, tablet.now = phone.now + timedelta(minutes=1), tablet.now + timedelta(minutes=2)
    writes = [(phone, phone.put("regimen", row_id, {"minutes": 5})), (tablet, tablet.put("regimen", row_id, {"minutes": 8}))]
    for line, op in reversed(writes) if late_first else writes:
        assert line.ask([op])["rejected"] == []
    assert Regimen.objects.get().minutes == 8


def test_Y31_a_profile_is_merged_like_any_row(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    assert phone.ask([phone.put("profile", alice.id, {"theme": "night"})])["rejected"] == []
    row = tablet.rows()["profile", str(alice.id)]
    own = {"display_name": "Alice", "colour": "amber", "zone": "Europe/Berlin", "theme": "night", "phototype": None}
    assert row["body"] == own
    assert row["clocks"] == {"theme": phone.stamped}


def test_Y46_D17_a_phototype_is_kept_only_with_consent(alice: User) -> None:
    phone = Line(alice)
    assert phone.ask([phone.put("profile", alice.id, {"phototype": 5})])["rejected"] == []
    alice.consents.all().delete()
    phone.now += timedelta(minutes=1)
    reply = phone.ask([phone.put("profile", alice.id, {"phototype": 4}), phone.put("profile", alice.id, {"theme": "dark"})])
    assert [one["code"] for one in reply["rejected"]] == ["consent_missing"]
    alice.refresh_from_db()
    assert (alice.phototype, alice.theme) == (5, "dark")


@pytest.mark.parametrize(
    "change",
    [{"minutes": 31}, {"minutes": 0}, {"local_time": "24:00"}, {"days": [0, 0]}, {"days": [7]}, {"sites": ["face", "face"]},
     {"wavelengths": {"399": {"level_pct": 1, "fluence_j_cm2": None}}},
     {"wavelengths": {"\u0666\u0666\u0660": {"level_pct": 1, "fluence_j_cm2": None}}},
     {"wavelengths": {"660": {"level_pct": 101, "fluence_j_cm2": None}}}, {"colour": "red"}, {"started_on": "2026-02-30"}],
)  # fmt: skip
def test_Y32_a_change_that_would_break_the_row_is_refused_whole(alice: User, change: Json) -> None:
    phone = Line(alice)
    row_id, row = _made(phone)
    phone.now += timedelta(minutes=1)
    reply = phone.ask([phone.put("regimen", row_id, {"aim": "after_damage", **change})])
    assert [bad["code"] for bad in reply["rejected"]] == ["invalid"]
    assert Line(alice).live()["regimen", str(row_id)]["body"] == row["body"]


def test_Y32_a_new_row_needs_all_of_its_fields(alice: User) -> None:
    phone = Line(alice)
    reply = phone.ask([phone.put("regimen", new_id(), {"aim": "after_damage"})])
    assert {error["field"] for error in reply["rejected"][0]["errors"]} == set(BODIES["regimen"]) - {"aim", "build_up"}


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd"])
def test_Y45_a_zone_that_does_not_exist_is_refused(alice: User, zone: str) -> None:
    phone = Line(alice)
    reply = phone.ask([phone.put("profile", alice.id, {"zone": zone})])
    assert [error["field"] for error in reply["rejected"][0]["errors"]] == ["zone"]


# ── Delete and copy ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_Y37_a_delete_is_a_tombstone_and_may_come_again(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id, row = _made(phone)
    tablet.rows()
    ops = [
        phone.delete("regimen", row_id, row["clocks"]),
        phone.delete("regimen", row_id, {}),
        phone.delete("regimen", new_id(), {}),
    ]
    assert phone.ask(ops)["rejected"] == []
    gone = tablet.rows()
    assert gone["regimen", str(row_id)]["deleted"] is True
    assert gone["regimen", str(row_id)]["body"] is None
    assert len(gone) == 1


@pytest.mark.parametrize("edit_first", [True, False])
def test_Y35_Y36_an_edit_that_the_delete_had_not_seen_is_a_visible_copy_in_either_order(alice: User, edit_first: bool) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id, row = _made(phone)
    tablet.rows()
    phone.now, tablet.now = phone.now + timedelta(minutes=1), tablet.now + timedelta(minutes=2)
    edit = (tablet, tablet.put("regimen", row_id, {"minutes": 8}))
    delete = (phone, phone.delete("regimen", row_id, row["clocks"]))
    for line, op in (edit, delete) if edit_first else (delete, edit):
        assert line.ask([op])["rejected"] == []
    found = Line(alice).live()
    copy = found["regimen", str(rules.copy_id(row_id))]
    assert copy["body"] == body("regimen", minutes=8)
    assert copy["copy_of"] == str(row_id) if not edit_first else copy["copy_of"] in (None, str(row_id))
    assert ("regimen", str(row_id)) not in found


def test_Y35_further_edits_of_the_old_id_go_to_the_same_copy(alice: User) -> None:
    phone, tablet, watch = Line(alice), Line(alice), Line(alice)
    row_id, row = _made(phone)
    phone.ask([phone.delete("regimen", row_id, row["clocks"])])
    for line, change in ((tablet, {"minutes": 8}), (watch, {"days": [6]}), (tablet, {"aim": "after_damage"})):
        line.now += timedelta(minutes=5)
        assert line.ask([line.put("regimen", row_id, change)])["rejected"] == []
    found = Line(alice).live()
    assert [row["body"] for row in found.values()] == [body("regimen", minutes=8, days=[6], aim="after_damage")]


def test_Y35_an_edit_of_a_deleted_copy_makes_a_copy_of_the_copy(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id, row = _made(phone)
    phone.ask([phone.delete("regimen", row_id, row["clocks"])])
    tablet.now += timedelta(minutes=1)
    tablet.ask([tablet.put("regimen", row_id, {"minutes": 8})])
    copy = rules.copy_id(row_id)
    clocks = phone.rows()["regimen", str(copy)]["clocks"]
    phone.ask([phone.delete("regimen", copy, clocks)])
    tablet.now += timedelta(minutes=1)
    tablet.ask([tablet.put("regimen", row_id, {"minutes": 9})])
    found = Line(alice).live()
    assert list(found) == [("regimen", str(rules.copy_id(copy)))]


def test_Y36_a_delete_that_saw_every_edit_leaves_no_copy(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id, _ = _made(phone)
    tablet.now += timedelta(minutes=1)
    tablet.ask([tablet.put("regimen", row_id, {"minutes": 8})])
    row = phone.rows()["regimen", str(row_id)]
    phone.ask([phone.delete("regimen", row_id, row["clocks"])])
    assert Line(alice).live() == {}


def test_Y35_an_edit_that_would_have_lost_makes_no_copy(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    stale = tablet.stamp()
    phone.now += timedelta(minutes=1)
    row_id, row = _made(phone)
    phone.ask([phone.delete("regimen", row_id, row["clocks"])])
    assert tablet.ask([tablet.put("regimen", row_id, {"minutes": 8}, hlc=stale)])["rejected"] == []
    assert Line(alice).live() == {}


def test_Y36_every_order_of_three_phones_ends_the_same(alice: User) -> None:
    ends: list[Json] = []
    for order in itertools.permutations(range(3)):
        base = Line(alice)
        row_id, row = _made(base)
        lines = [Line(alice) for _ in range(3)]
        for late, line in enumerate(lines):
            line.now += timedelta(minutes=late + 1)
        ops = [
            lines[0].put("regimen", row_id, {"minutes": 7}),
            lines[1].delete("regimen", row_id, row["clocks"]),
            lines[2].put("regimen", row_id, {"minutes": 8, "days": [1]}),
        ]
        for which in order:
            assert lines[which].ask([ops[which]])["rejected"] == []
        found = Line(alice).live()
        copy = found["regimen", str(rules.copy_id(row_id))]
        assert ("regimen", str(row_id)) not in found
        ends.append(copy["body"])
    assert ends == [body("regimen", minutes=8, days=[1])] * 6


# ── Corrections ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _rated(line: Line, value: int) -> uuid.UUID:
    row_id = new_id()
    assert line.ask([line.put("rating", row_id, body("rating", value=value))])["rejected"] == []
    return row_id


def _correct(line: Line, **fields: Any) -> Json:
    return line.ask(
        [line.put("correction", new_id(), BODIES["correction"] | {name: str(value) for name, value in fields.items()})]
    )


def test_Y34_a_correction_marks_what_it_supersedes_and_tells_the_phones(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    wrong, right = _rated(phone, 3), _rated(phone, 4)
    tablet.rows()
    assert _correct(phone, supersedes=wrong, replaced_by=right)["rejected"] == []
    correction = Correction.objects.get()
    news = tablet.rows()
    assert news["rating", str(wrong)]["superseded_by"] == str(correction.id)
    assert news["rating", str(wrong)]["body"]["value"] == 3
    assert list(Rating.objects.filter(superseded_by=None).values_list("value", flat=True)) == [4]


def test_Y34_the_first_correction_stands_and_the_second_is_kept(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    wrong, one, two = _rated(phone, 3), _rated(phone, 4), _rated(phone, 5)
    _correct(phone, supersedes=wrong, replaced_by=one)
    first = Correction.objects.get().id
    assert _correct(tablet, supersedes=wrong, replaced_by=two)["rejected"] == []
    assert Rating.objects.get(id=wrong).superseded_by == first
    assert Correction.objects.count() == 2


def test_Y34_a_correction_of_what_is_not_there_or_not_ones_own_is_refused(alice: User, bob: User) -> None:
    mine, theirs = Line(alice), Line(bob)
    row_id = _rated(theirs, 3)
    for fields in ({"supersedes": row_id}, {"supersedes": new_id()}, {"supersedes": _rated(mine, 1), "replaced_by": row_id}):
        assert [bad["code"] for bad in _correct(mine, **fields)["rejected"]] == ["parent_missing"]
    assert Rating.objects.filter(superseded_by=None).count() == 2


def test_Y34_nothing_replaces_itself_and_a_screening_is_not_corrected(alice: User) -> None:
    phone = Line(alice)
    row_id = _rated(phone, 3)
    for fields in ({"supersedes": row_id, "replaced_by": row_id}, {"supersedes": row_id, "entity": "screening"}):
        assert [bad["code"] for bad in _correct(phone, **fields)["rejected"]] == ["invalid"]
