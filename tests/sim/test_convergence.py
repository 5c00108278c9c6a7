"""Four devices of one person write, lose replies and exchange in any order; in the end all have the same [P3].

Hypothesis looks for the shortest story that breaks it. The server is the real one.
"""

import random
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests import factories
from tests.sessions_app.sync.samples import BODIES, body
from tests.sim.oracle import Oracle, differences, everything, state_hash
from tests.sim.phone import START, LostError, Phone, Server

devices = st.integers(0, 3)
changes = st.sampled_from([{"minutes": 5}, {"minutes": 8}, {"days": [1]}, {"days": []}, {"aim": "after_damage", "minutes": 3}])
did: Counter[str] = Counter()


class FourDevices(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        # a person of their own: what an earlier story left is nobody's here
        self.server = Server(factories.owner_of(factories.household()), START)
        self.phones = [Phone(f"device {n}", self.server, random.Random(n)) for n in range(4)]
        self.oracle = Oracle()
        self.rows: list[str] = []
        self.ratings: list[str] = []

    def _save(self, device: int, kind: str, entity: str, row_id: str, **rest: Any) -> None:
        self.server.now += timedelta(seconds=1)
        op = self.phones[device].write(kind, entity, row_id, **rest)
        self.oracle.saw({name: value for name, value in op.items() if name != "n"})
        did[f"{kind} {entity}"] += 1

    def _id(self) -> str:
        return str(uuid.UUID(int=len(self.oracle.saved) + (4 << 76) + (8 << 60)))

    @rule(device=devices)
    def make(self, device: int) -> None:
        self.rows.append(self._id())
        self._save(device, "put", "regimen", self.rows[-1], body=BODIES["regimen"])

    @precondition(lambda self: self.rows)
    @rule(device=devices, which=st.integers(0, 9), change=changes)
    def edit(self, device: int, which: int, change: dict[str, Any]) -> None:
        shown = self.phones[device].shown("regimen")
        if shown:
            self._save(device, "put", "regimen", shown[which % len(shown)], body=change)

    @precondition(lambda self: self.rows)
    @rule(device=devices, which=st.integers(0, 9))
    def delete(self, device: int, which: int) -> None:
        phone = self.phones[device]
        shown = phone.shown("regimen")
        if shown:
            row_id = shown[which % len(shown)]
            self._save(device, "delete", "regimen", row_id, seen=phone.seen(("regimen", row_id)))

    @rule(device=devices, value=st.integers(0, 11))
    def rate(self, device: int, value: int) -> None:
        """11 is refused."""
        self.ratings.append(self._id())
        self._save(device, "put", "rating", self.ratings[-1], body=body("rating", value=value))

    @precondition(lambda self: self.ratings)
    @rule(device=devices, which=st.integers(0, 9))
    def withdraw(self, device: int, which: int) -> None:
        shown = self.phones[device].shown("rating")
        if shown:
            correction = BODIES["correction"] | {"supersedes": shown[which % len(shown)]}
            self._save(device, "put", "correction", self._id(), body=correction)

    @rule(device=devices, page=st.sampled_from([1, 2, 1000]))
    def exchange(self, device: int, page: int) -> None:
        self.phones[device].limit = page
        self.phones[device].sync()
        did["exchanged"] += 1

    @rule(device=devices)
    def lose_the_reply(self, device: int) -> None:
        phone = self.phones[device]

        def lose(request: dict[str, Any]) -> dict[str, Any]:
            self.server.ask(request)
            raise LostError

        phone.ask = lose
        with pytest.raises(LostError):
            phone.sync()
        phone.ask = self.server.ask
        did["reply lost"] += 1

    def teardown(self) -> None:
        for phone in self.phones * 2:
            while phone.sync():
                pass
        rows = everything(self.server)
        assert self.oracle.lost(self.server, self.phones) == []
        assert [differences(phone, rows) for phone in self.phones] == [[], [], [], []]
        assert {state_hash(phone.disk.base) for phone in self.phones} == {state_hash(rows)}


@pytest.mark.django_db
def test_P3_four_devices_converge_whatever_the_order() -> None:
    did.clear()
    budget = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(FourDevices, settings=budget)
    print(dict(did))  # noqa: T201
    assert (
        min(did[one] for one in ("put regimen", "delete regimen", "put rating", "put correction", "exchanged", "reply lost")) > 0
    ), did
