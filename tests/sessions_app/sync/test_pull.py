"""Cursor, scopes, tombstones, epochs (docs/sync.md Y20-Y26, Y52-Y55)."""

import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.db import transaction

from sessions_app.accounts.models import Household, Membership, User
from sessions_app.base import new_id
from sessions_app.changes.models import Change, Scope
from sessions_app.changes.services import Touch, touch
from sessions_app.panels.models import Bridge
from sessions_app.problems import Problem
from sessions_app.progress.models import Rating
from sessions_app.regimens.models import Regimen
from sessions_app.sync import clearing, cursor, epochs, rules
from sessions_app.sync.models import Answer, Epoch
from sessions_app.therapy.models import SessionLog
from tests.sessions_app.sync.line import NOW, Json, Line
from tests.sessions_app.sync.samples import BODIES, body

pytestmark = pytest.mark.django_db


def _ratings(line: Line, count: int) -> list[str]:
    ids = [new_id() for _ in range(count)]
    assert line.ask([line.put("rating", one, BODIES["rating"]) for one in ids])["rejected"] == []
    return [str(one) for one in ids]


def _bridge(household: Household, name: str = "Bridge at home") -> Bridge:
    with transaction.atomic():
        bridge = Bridge.objects.create(household=household, name=name)
        touch(Touch(household.id, "bridge", bridge.id))
    return bridge


# ── Cursor ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_Y5_it_reads_in_pages_and_says_whether_there_is_more(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    made = _ratings(phone, 25)
    pages = [tablet.ask(limit=10) for _ in range(3)]
    assert [(len(page["rows"]), page["more"]) for page in pages] == [(10, True), (10, True), (5, False)]
    assert [row["id"] for page in pages for row in page["rows"]] == made
    assert tablet.ask()["rows"] == []


def test_Y5_a_page_may_end_between_two_scopes(alice: User, household: Household) -> None:
    phone, tablet = Line(alice), Line(alice)
    made = _ratings(phone, 3)
    bridge = _bridge(household)
    found = tablet.rows(limit=1)
    assert {row_id for _, row_id in found} == {*made, str(bridge.id)}
    for limit in (2, 3, 4):
        assert {row_id for _, row_id in Line(alice).rows(limit=limit)} == {*made, str(bridge.id)}


def test_Y22_it_tells_the_latest_body_once(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id = new_id()
    phone.ask([phone.put("regimen", row_id, BODIES["regimen"])])
    for minutes in (5, 6, 7):
        phone.ask([phone.put("regimen", row_id, {"minutes": minutes})])
    reply = tablet.ask()
    assert [row["body"]["minutes"] for row in reply["rows"]] == [7]


def test_Y22_a_row_that_changes_between_two_pages_is_not_missed(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id = new_id()
    phone.ask([phone.put("regimen", row_id, BODIES["regimen"])])
    _ratings(phone, 3)
    first = tablet.ask(limit=2)
    assert first["rows"][0]["body"]["minutes"] == 9.5
    phone.ask([phone.put("regimen", row_id, {"minutes": 7})])
    assert tablet.rows(limit=2)["regimen", str(row_id)]["body"]["minutes"] == 7


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "🙂"])
def test_Y23_a_cursor_that_cannot_be_read_asks_for_a_full_pull(alice: User, text: str) -> None:
    phone = Line(alice)
    with pytest.raises(Problem) as refused:
        phone.ask([phone.put("rating", new_id(), BODIES["rating"])], cursor=text)
    assert (refused.value.status, refused.value.code) == (410, "cursor_unknown")
    assert not Rating.objects.exists()


def test_Y23_anothers_cursor_or_a_forged_one_is_not_taken(alice: User, bob: User) -> None:
    phone, theirs = Line(alice), Line(bob)
    theirs.ask()
    for text in (
        theirs.cursor,
        signing.dumps({"u": alice.id.hex, "s": {"x": [1, 2]}}, salt=cursor.SALT),
        signing.dumps({"u": 1}),
    ):
        with pytest.raises(Problem) as refused:
            phone.ask(cursor=text)
        assert refused.value.code == "cursor_unknown"


# ── Scopes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_Y24_each_reads_their_own_and_their_households(alice: User, bob: User, charlie: User, household: Household) -> None:
    mine = Line(alice)
    _ratings(mine, 1)
    bridge = _bridge(household)
    assert {entity for entity, _ in Line(alice).live()} == {"rating", "bridge"}
    assert list(Line(bob).rows()) == [("bridge", str(bridge.id))]
    assert Line(charlie).rows() == {}


def test_Y25_leaving_a_household_is_told_once_and_joining_reads_it_from_the_start(bob: User, household: Household) -> None:
    phone = Line(bob)
    bridge = _bridge(household)
    phone.rows()
    membership = Membership.objects.get(user=bob)
    membership.delete()
    before = phone.cursor
    assert phone.lose()["left"] == [str(household.id)]
    assert phone.ask()["left"] == [str(household.id)], "the reply was lost: told again"
    assert phone.ask()["left"] == []
    _bridge(household, "Bridge in the attic")
    assert phone.rows() == {}
    Membership.objects.create(user=bob, household=household, role="member")
    assert len(phone.rows()) == 2
    phone.cursor = before
    assert len(phone.rows()) == 1, "an older cursor still knows what it had"
    assert str(bridge.id)


def test_Y25_a_household_that_was_erased_is_left(bob: User, household: Household) -> None:
    phone = Line(bob)
    _bridge(household)
    phone.rows()
    Bridge.objects.all().delete()
    household_id = household.id
    household.delete()
    assert not Scope.objects.filter(id=household_id).exists()
    assert phone.ask()["left"] == [str(household_id)]


def test_it_forgets_the_journal_of_a_person_who_is_erased(alice: User) -> None:
    _ratings(Line(alice), 2)
    alice_id = alice.id
    alice.delete()
    assert not Scope.objects.filter(id=alice_id).exists()
    assert not Change.objects.exists()
    assert not Answer.objects.exists()


# ── Tombstones ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _deleted(line: Line) -> str:
    row_id = new_id()
    reply = line.ask([line.put("regimen", row_id, BODIES["regimen"])])
    clocks = next(row["clocks"] for row in reply["rows"] if row["id"] == str(row_id))
    line.ask([line.delete("regimen", row_id, clocks)])
    return str(row_id)


def test_Y52_who_begins_with_nothing_is_told_the_tombstones_too(alice: User) -> None:
    phone = Line(alice)
    row_id = _deleted(phone)
    row = Line(alice).rows()["regimen", row_id]
    assert (row["deleted"], row["body"], set(row["clocks"])) == (True, None, set(BODIES["regimen"]))


def test_Y52_a_delete_while_reading_everything_is_told(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    row_id = new_id()
    clocks = phone.ask([phone.put("regimen", row_id, BODIES["regimen"])])["rows"][0]["clocks"]
    _ratings(phone, 2)
    assert tablet.ask(limit=1)["rows"][0]["id"] == str(row_id)
    phone.ask([phone.delete("regimen", row_id, clocks)])
    assert tablet.rows()["regimen", str(row_id)]["deleted"] is True


def test_Y52_tombstones_are_kept_180_days_and_then_an_older_cursor_is_sent_back(alice: User) -> None:
    phone, away, late = Line(alice), Line(alice), Line(alice)
    away.ask()
    _deleted(phone)
    late.ask()
    Change.objects.filter(deleted_at__isnull=False).update(deleted_at=NOW)
    assert clearing.clear_away(NOW + timedelta(days=180)) == 0
    assert clearing.clear_away(NOW + timedelta(days=180, seconds=1)) == 1
    assert not Change.objects.exists()
    assert not Regimen.objects.exists()
    with pytest.raises(Problem) as refused:
        away.ask([away.put("rating", new_id(), BODIES["rating"])])
    assert (refused.value.status, refused.value.code) == (410, "cursor_too_old")
    assert not Rating.objects.exists()
    assert late.ask()["rows"] == [], "who had seen it goes on"
    away.cursor = None
    assert away.ask(away_ops := [away.put("rating", new_id(), BODIES["rating"]) | {"n": 1}])["ack"] == 1
    assert away_ops


def test_Y52_a_full_pull_begun_before_the_clearing_goes_on_when_it_missed_nothing(alice: User) -> None:
    phone, tablet = Line(alice), Line(alice)
    _deleted(phone)
    _ratings(phone, 3)
    first = tablet.ask(limit=1)["rows"]
    Change.objects.filter(deleted_at__isnull=False).update(deleted_at=NOW)
    clearing.clear_away(NOW + timedelta(days=181))
    assert len(first) + len(tablet.rows(limit=1)) in (3, 4)
    assert len(tablet.live()) == 3


def test_Y16_answers_are_cleared_after_180_days_but_the_last_thousand(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "KEEP_ANSWERS", 3)
    phone = Line(alice)
    _ratings(phone, 5)
    Answer.objects.update(at=NOW)
    clearing.clear_away(NOW + timedelta(days=179))
    assert Answer.objects.count() == 5
    clearing.clear_away(NOW + timedelta(days=181))
    assert sorted(Answer.objects.values_list("n", flat=True)) == [3, 4, 5]
    first = phone.lose([{"n": 1, "kind": "void"}])
    assert (first["ack"], first["rejected"]) == (5, []), "answered before answers are kept: acknowledged"


# ── Epochs ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_Y53_a_new_epoch_is_told_and_nothing_is_done(alice: User) -> None:
    phone = Line(alice)
    phone.ask()
    renewed = epochs.renew()
    with pytest.raises(Problem) as refused:
        phone.ask([phone.put("rating", new_id(), BODIES["rating"])])
    assert (refused.value.status, refused.value.code) == (410, "epoch_changed")
    assert not Rating.objects.exists()
    phone.cursor, phone.epoch = None, None
    assert phone.ask()["epoch"] == str(renewed)


def test_Y53_a_cursor_ahead_of_the_counters_shows_that_the_database_went_back(alice: User) -> None:
    phone = Line(alice)
    _ratings(phone, 3)
    before = Epoch.objects.get().epoch
    Scope.objects.update(counter=1)
    Change.objects.filter(position__gt=1).delete()
    with pytest.raises(Problem) as refused:
        phone.ask()
    assert refused.value.code == "epoch_changed"
    assert Epoch.objects.get().epoch != before


def _offer(line: Line, row: Json) -> Json:
    return line.offer(row["entity"], uuid.UUID(row["id"]), row["body"], row["clocks"])


def test_Y54_a_phone_gives_back_what_the_backup_had_not(alice: User) -> None:
    phone = Line(alice)
    regimen = new_id()
    phone.ask([phone.put("regimen", regimen, BODIES["regimen"])])
    phone.now += timedelta(minutes=1)
    _ratings(phone, 2)
    phone.ask([phone.put("regimen", regimen, {"minutes": 7})])
    replica = Line(alice).live()
    Rating.objects.all().delete()
    Regimen.objects.update(minutes=9.5, field_clocks=dict.fromkeys(BODIES["regimen"], "0" * 12 + "-0000-" + "0" * 32))
    Change.objects.all().delete()
    renewed = Line(alice)
    ops = [_offer(renewed, row) for row in replica.values()]
    assert renewed.ask(ops)["rejected"] == []
    assert Rating.objects.count() == 2
    assert Regimen.objects.get().minutes == 7
    assert Line(alice).live() == replica, "every phone is told"
    again = Line(alice)
    assert again.ask([_offer(again, row) for row in replica.values()])["rejected"] == []
    assert Line(alice).live() == replica, "a second phone offers the same"


def test_Y54_what_the_server_knows_to_be_deleted_stays_so_and_forgotten_deletes_come_back(alice: User) -> None:
    phone = Line(alice)
    row_id = new_id()
    row = phone.ask([phone.put("regimen", row_id, BODIES["regimen"])])["rows"][0]
    other = Line(alice)
    assert other.ask([other.offer("regimen", row_id, None, row["clocks"])])["rejected"] == []
    assert Line(alice).live() == {}
    assert other.ask([_offer(other, row)])["rejected"] == []
    assert Line(alice).live() == {}


def test_Y54_a_forgotten_delete_leaves_a_newer_edit_as_a_visible_copy(alice: User) -> None:
    phone = Line(alice)
    row_id = new_id()
    row = phone.ask([phone.put("regimen", row_id, BODIES["regimen"])])["rows"][0]
    phone.ask([phone.put("regimen", row_id, {"minutes": 7})])
    other = Line(alice)
    other.ask([other.offer("regimen", row_id, None, row["clocks"])])
    found = Line(alice).live()
    assert [(key[1], row["body"]["minutes"]) for key, row in found.items()] == [(str(rules.copy_id(row_id)), 7)]


@pytest.mark.parametrize("delete_first", [True, False])
def test_Y54_the_order_of_offers_does_not_matter(alice: User, delete_first: bool) -> None:
    """One phone knows a row with an edit, the other that it was deleted before the edit; the server knows nothing."""
    phone, other = Line(alice), Line(alice)
    row_id = new_id()
    early = dict.fromkeys(BODIES["regimen"], phone.stamp())
    late = {**early, "minutes": phone.stamp(timedelta(minutes=1))}
    offers = [
        (phone, phone.offer("regimen", row_id, body("regimen", minutes=7), late)),
        (other, other.offer("regimen", row_id, None, early)),
    ]
    for line, op in reversed(offers) if delete_first else offers:
        assert line.ask([op])["rejected"] == []
    assert [row["body"]["minutes"] for row in Line(alice).live().values()] == [7]
    assert list(Line(alice).live()) == [("regimen", str(rules.copy_id(row_id)))]


def test_Y54_a_delete_of_what_the_backup_never_had_keeps_others_from_bringing_it_back(alice: User) -> None:
    phone, other = Line(alice), Line(alice)
    row_id = new_id()
    clocks = dict.fromkeys(BODIES["regimen"], phone.stamp())
    phone.ask([phone.offer("regimen", row_id, None, clocks)])
    assert other.ask([other.offer("regimen", row_id, BODIES["regimen"], clocks)])["rejected"] == []
    assert Line(alice).live() == {}
    assert Line(alice).rows()["regimen", str(row_id)]["clocks"] == clocks


RAN: Json = {
    "panel_id": "01890000-0000-7000-8000-00000000aaaa",
    "regimen_id": None,
    "sites": ["face"],
    "distance_cm": 15,
    "planned": {"duration_s": 600, "levels_pct": {"660": 50}},
    "state": "ended",
    "end_reason": "completed",
    "started_at": "2026-03-01T19:00:00Z",
    "ended_at": "2026-03-01T19:10:00Z",
    "delivered": {"660": {"on_s": 600.0, "full_level_s": 300.0, "fluence_j_cm2": 11.4}},
    "confirmed": True,
    "provenance": "meter",
}


def test_Y55_a_session_that_the_backup_had_not_is_taken_as_history_with_its_dose(alice: User) -> None:
    phone = Line(alice)
    row_id = new_id()
    for _ in range(2):
        assert phone.ask([phone.offer("session", row_id, RAN)])["rejected"] == []
    log = SessionLog.objects.get()
    assert (log.id, log.how, log.duration_s, log.sites) == (row_id, "restored", 600, ["face"])
    assert log.levels_pct is not None
    assert log.irradiance_mw_cm2 is not None
    assert log.duration_s * log.levels_pct["660"] / 100 * log.irradiance_mw_cm2["660"] / 1000 == pytest.approx(11.4)


def test_Y55_bridges_and_panels_are_not_taken_from_phones(alice: User) -> None:
    phone = Line(alice)
    for entity in ("bridge", "panel"):
        reply = phone.ask([phone.offer(entity, new_id(), {"name": "Mallory's"})])
        assert [bad["code"] for bad in reply["rejected"]] == ["not_writable"]


def test_Y55_a_session_in_the_future_is_not_taken(alice: User) -> None:
    phone = Line(alice)
    reply = phone.ask([phone.offer("session", new_id(), RAN | {"started_at": "2027-03-01T19:00:00Z"})])
    assert [bad["code"] for bad in reply["rejected"]] == ["invalid"]


def test_Y26_a_row_that_moved_leaves_a_tombstone_only_in_its_old_scope(alice: User, household: Household) -> None:
    phone = Line(alice)
    bridge = _bridge(household)
    phone.rows()
    with transaction.atomic():
        touch(Touch(household.id, "bridge", bridge.id, deleted=True))
    row = phone.rows()["bridge", str(bridge.id)]
    assert (row["scope"], row["deleted"]) == (str(household.id), True)
    assert body("rating")
