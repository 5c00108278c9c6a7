"""Seeded simulation of phones and the real server: lost, doubled and late requests, crashes, full phones, wrong clocks, a
server restored from a backup. Nothing that was told as saved is lost [P1], nothing acts twice [P2], all end the same [P3].

Run one seed again: SIM_SEED=17 pytest tests/sim/test_phones_and_server.py
"""

import copy
import os
import random
import secrets
import sqlite3
import uuid
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from sessions_app.accounts.models import User
from sessions_app.problems import Problem
from sessions_app.sync import epochs
from sessions_app.sync.models import Answer
from tests.sessions_app.sync.samples import BODIES, body
from tests.sim.oracle import Oracle, differences, everything, state_hash
from tests.sim.phone import START, FullError, Json, LostError, Phone, Server

FACTS = {
    "rating": BODIES["rating"],
    "session_log": BODIES["session_log"],
    # as the server writes it, so that texts can be compared
    "checkin": body("checkin", at="2026-03-01T18:00:00Z"),
}
STEPS = 300
PINNED = (1, 14)
SERVER_MADE = frozenset({"regimen", "member"})
"""Rows that no phone writes: a copy of a course after a conflict, and who is in the household."""
"""Seed 14 fails when an offered row does not become a copy of what was deleted meanwhile; a new seed joins at each run."""


def _seeds() -> list[int]:
    given = os.environ.get("SIM_SEED")
    # workers of one run must name the same tests, so they take the new seed from the run's own name
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(8)
    return [int(given)] if given else [*PINNED, zlib.crc32(run.encode())]


class KilledError(Exception):
    """The server was killed in the middle of a transaction."""


class World:
    """One run: four phones of one person, one server, and everything that may go wrong between them."""

    def __init__(self, seed: int, user: User) -> None:
        self.chance = random.Random(seed)
        self.server = Server(user, START)
        self.oracle = Oracle()
        self.phones = [Phone(f"phone {n}", self.server, self.chance) for n in range(4)]
        self.late: list[Json] = []
        self.backup: sqlite3.Connection | None = None
        self.did: Counter[str] = Counter()
        for phone in self.phones:
            phone.ask = self._network
            phone.limit = self.chance.choice((3, 40, 1000))

    # ── The network ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _network(self, request: Json) -> Json:
        fate = self.chance.choices(
            ("through", "request lost", "reply lost", "twice", "late", "killed"), weights=(70, 8, 8, 6, 4, 4)
        )[0]  # fmt: skip
        self.did[fate] += 1
        if fate == "request lost":
            raise LostError
        if fate == "late":
            self.late.append(copy.deepcopy(request))
            raise LostError
        if fate == "killed":
            self._killed(request)
        if fate == "twice":
            self._answered(copy.deepcopy(request))
        reply = self._answered(request)
        if fate == "reply lost":
            raise LostError
        return reply

    def _answered(self, request: Json) -> Json:
        self.did["ops sent"] += len(request["ops"])
        return self.server.ask(request)

    def _killed(self, request: Json) -> None:
        """Killed between an effect and its answer, at the first op or a later one."""
        left = self.chance.randrange(3)
        create = Answer.objects.create

        def die(**fields: object) -> Answer:
            nonlocal left
            left -= 1
            if left < 0:
                raise KilledError
            return create(**fields)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Answer.objects, "create", die)
            try:
                self._answered(request)
            except KilledError:
                self.did["killed in a transaction"] += 1
        raise LostError

    # ── Steps ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def step(self) -> None:
        steps: list[tuple[Callable[[Phone], None], int]] = [
            (self._fact, 20), (self._bad_fact, 2), (self._make, 8), (self._edit, 20), (self._delete, 5), (self._profile, 4),
            (self._sync, 40), (self._crash, 4), (self._fill, 2), (self._wrong_clock, 2), (self._deliver_late, 4),
            (self._back_up, 1), (self._restore, 1),
        ]  # fmt: skip
        do = self.chance.choices([one for one, _ in steps], weights=[weight for _, weight in steps])[0]
        self.server.now += timedelta(seconds=self.chance.choice((0.001, 1, 60, 3600)))
        phone = self.chance.choice(self.phones)
        if phone.full and self.chance.random() < 0.3:
            phone.full = False
        do(phone)

    def _save(self, phone: Phone, kind: str, entity: str, row_id: str, **rest: Json) -> None:
        try:
            op = phone.write(kind, entity, row_id, **rest)
        except FullError:
            self.did["not saved"] += 1
            return
        self.did[f"saved {kind}"] += 1
        self.oracle.saw({name: value for name, value in op.items() if name != "n"})

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def _fact(self, phone: Phone) -> None:
        entity = self.chance.choice(list(FACTS))
        self._save(phone, "put", entity, self._new_id(), body=FACTS[entity])

    def _bad_fact(self, phone: Phone) -> None:
        self._save(phone, "put", "rating", self._new_id(), body=body("rating", value=11))

    def _make(self, phone: Phone) -> None:
        self._save(phone, "put", "regimen", self._new_id(), body=BODIES["regimen"])

    def _edit(self, phone: Phone) -> None:
        if rows := phone.shown("regimen"):
            change = self.chance.choice(
                ({"minutes": self.chance.randint(1, 30)}, {"days": [self.chance.randrange(7)]}, {"aim": "after_damage"})
            )
            self._save(phone, "put", "regimen", self.chance.choice(rows), body=change)

    def _profile(self, phone: Phone) -> None:
        change = self.chance.choice(
            ({"theme": "night"}, {"theme": "light"}, {"display_name": f"Alice {self.chance.randrange(9)}"})
        )
        self._save(phone, "put", "profile", str(self.server.user.id), body=change)

    def _delete(self, phone: Phone) -> None:
        if rows := phone.shown("regimen"):
            row_id = self.chance.choice(rows)
            self._save(phone, "delete", "regimen", row_id, seen=phone.seen(("regimen", row_id)))

    def _sync(self, phone: Phone) -> None:
        try:
            for _ in range(self.chance.randint(1, 5)):
                if not phone.sync():
                    return
        except LostError:
            self.did["lost"] += 1
        except FullError:
            self.did["reply not taken in"] += 1

    def _crash(self, phone: Phone) -> None:
        """What is on the disk is all there is: the model keeps nothing else, so nothing is to be done but to begin again."""
        self.did["crash"] += 1
        phone.disk = copy.deepcopy(phone.disk)

    def _fill(self, phone: Phone) -> None:
        phone.full = not phone.full
        self.did["full"] += phone.full

    def _wrong_clock(self, phone: Phone) -> None:
        phone.skew = timedelta(days=self.chance.choice((0, 0, 2, 400, -5000)))
        self.did["wrong clock"] += phone.skew != timedelta()

    def _deliver_late(self, _phone: Phone) -> None:
        if self.late:
            request = self.late.pop(self.chance.randrange(len(self.late)))
            try:
                self._answered(request)
            except Problem as problem:
                if problem.status not in (409, 410):
                    raise
            self.did["delivered late"] += 1

    def _back_up(self, _phone: Phone) -> None:
        """Only SQLite can be put back in a moment; elsewhere no backup is ever restored."""
        if connection.vendor != "sqlite":
            return
        self.backup = sqlite3.connect(":memory:", check_same_thread=False)
        _raw().backup(self.backup)

    def _restore(self, _phone: Phone) -> None:
        if self.backup is not None and self.did["restored"] < 3:
            self.backup.backup(_raw())
            epochs.renew()
            self.late.clear()
            self.did["restored"] += 1

    # ── The end ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def settle(self) -> None:
        """Everything is well again: each phone exchanges until nothing is left, twice round."""
        for phone in self.phones:
            phone.ask, phone.full, phone.skew = self.server.ask, False, timedelta()
        for phone in self.phones * 2:
            for _ in range(2000):
                if not phone.sync():
                    break
            else:
                pytest.fail(f"{phone.name} never comes to an end")


def _raw() -> sqlite3.Connection:
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    return raw


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", _seeds())
def test_P1_P2_P3_nothing_saved_is_lost_or_doubled_and_all_phones_end_the_same(seed: int, alice: User) -> None:
    world = World(seed, alice)
    for _ in range(STEPS):
        world.step()
    world.settle()
    print(f"seed {seed}: {dict(world.did)}")  # noqa: T201 - a failing run is run again by its seed

    rows = everything(world.server)
    assert world.oracle.lost(world.server, world.phones) == [], f"seed {seed}: lost"
    assert [phone.disk.outbox for phone in world.phones] == [[], [], [], []], f"seed {seed}: stuck"
    assert [differences(phone, rows) for phone in world.phones] == [[], [], [], []], f"seed {seed}: phones differ"
    assert {state_hash(phone.disk.base) for phone in world.phones} == {state_hash(rows)}
    written = {op["id"] for op in world.oracle.saved}
    assert all(row_id in written or row.get("copy_of") or entity in SERVER_MADE for (entity, row_id), row in rows.items()), (
        "doubled"
    )

    did = world.did
    assert min(did[one] for one in ("request lost", "reply lost", "twice", "saved put", "saved delete", "crash")) > 0, did
    assert did["ops sent"] > did["saved put"], "some were sent again"
