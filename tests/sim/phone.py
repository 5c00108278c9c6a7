"""A phone as docs/sync.md wants it, small enough to be read whole: what is on its disk, and what a crash leaves of it.

It tries the server. The app's own store and loop are tried by Vitest, and against the real server in `test_app_and_server.py`.
"""

import copy
import json
import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sessions_app.accounts.models import User
from sessions_app.problems import Problem
from sessions_app.sync import rules
from sessions_app.sync.exchange import exchange
from sessions_app.sync.wire import SyncIn, SyncOut

Json = dict[str, Any]
Key = tuple[str, str]
MERGED = {"profile", "regimen"}


class FullError(Exception):
    """The phone had no room; nothing was told as saved [Y60]."""


class LostError(Exception):
    """The request or its reply was lost on the way."""


@dataclass
class Disk:
    """What a crash leaves."""

    device: uuid.UUID
    next_n: int = 1
    cursor: str | None = None
    epoch: str | None = None
    stamp: str = ""
    offset_ms: int = 0
    base: dict[Key, Json] = field(default_factory=dict)
    outbox: list[Json] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    restamped: dict[str, str] = field(default_factory=dict)
    """Old stamp → new one, for who keeps count of what was saved [Y42]."""


class Server:
    """The real services, on a clock of the test's."""

    def __init__(self, user: User, now: datetime) -> None:
        self.user = user
        self.now = now

    def ask(self, request: Json) -> Json:
        sent = SyncIn.model_validate_json(json.dumps(request), strict=True)
        reply = exchange(self.user, sent, "a phone of the simulation", self.now)
        heard: Json = SyncOut.model_validate(reply).model_dump(mode="json")
        return heard


class Phone:
    def __init__(self, name: str, server: Server, chance: random.Random) -> None:
        self.name = name
        self.server = server
        self.chance = chance
        self.skew = timedelta()
        self.full = False
        self.limit = 1000
        self.disk = Disk(self._device())
        self.ask: Callable[[Json], Json] = server.ask
        """How a request goes to the server; the simulation puts its network here."""

    def _device(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def commit(self, change: Callable[[Disk], None]) -> None:
        """All of `change` is on the disk, or nothing."""
        after = copy.deepcopy(self.disk)
        change(after)
        if self.full:
            raise FullError
        self.disk = after

    # ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def write(self, kind: str, entity: str, row_id: str, **rest: Any) -> Json:
        """Save one op and return it: from here on it is told as saved."""
        saved: list[Json] = []
        self.commit(lambda disk: saved.append(self._enqueue(disk, {"kind": kind, "entity": entity, "id": row_id, **rest})))
        return saved[0]

    def _enqueue(self, disk: Disk, draft: Json) -> Json:
        now_ms = int((self.server.now + self.skew).timestamp() * 1000) + disk.offset_ms
        disk.stamp = rules.next_stamp(disk.stamp, max(0, now_ms), disk.device)
        op = {**draft, "n": disk.next_n, "hlc": disk.stamp}
        disk.next_n += 1
        disk.outbox.append(op)
        return op

    def seen(self, key: Key) -> dict[str, str]:
        """The stamps this phone knows of a row, its own that wait among them [Y36]."""
        known = dict(self.disk.base.get(key, {}).get("clocks", {}))
        for op in self.disk.outbox:
            if (op["entity"], op["id"]) == key and op["kind"] == "put":
                known |= {name: max(known.get(name, ""), op["hlc"]) for name in op["body"]}
        return known

    def shown(self, entity: str) -> list[str]:
        """Ids of the live rows that this phone's screens show."""
        base = {key[1] for key, row in self.disk.base.items() if key[0] == entity and not row["deleted"]}
        for op in self.disk.outbox:
            if op["entity"] == entity:
                base = base - {op["id"]} if op["kind"] == "delete" else base | {op["id"]}
        return sorted(base)

    # ── Exchanging ───────────────────────────────────────────────────────────────────────────────────────────────────
    def request(self, ops: Iterable[Json], **other: Any) -> Json:
        travelling = [{name: value for name, value in op.items() if name != "restamped"} for op in ops]
        disk = self.disk
        return {
            "device": str(disk.device), "schema": 1, "epoch": disk.epoch, "cursor": disk.cursor, "limit": self.limit,
            "ops": travelling, **other,
        }  # fmt: skip

    def sync(self) -> bool:
        """One round trip. True when there is more to do. LostError or FullError: nothing was taken in."""
        ops = self.disk.outbox[:20]
        try:
            reply = self.ask(self.request(ops))
        except Problem as problem:
            if problem.code == "device_forked":
                self.commit(lambda disk: self._renumber(disk, []))
                return True
            if problem.status != 410:
                raise
            self._start_over(offer=problem.code == "epoch_changed")
            return True
        if reply["ack"] >= self.disk.next_n:
            self.commit(lambda disk: self._renumber(disk, []))
            return True
        up_to = min(reply["ack"], ops[-1]["n"] if ops else 0)
        self.commit(lambda disk: self._take(disk, reply, up_to))
        if reply["resend_from"] is not None and all(op["n"] != reply["resend_from"] for op in self.disk.outbox):
            self._start_over(offer=True)
            return True
        return bool(reply["more"] or self.disk.outbox)

    def _take(self, disk: Disk, reply: Json, up_to: int) -> None:
        self._set_clock(disk, reply)
        refusals = {one["n"]: one for one in reply["rejected"]}
        answered = [op for op in disk.outbox if op["n"] <= up_to]
        disk.outbox = [op for op in disk.outbox if op["n"] > up_to]
        for op in answered:
            self._answered(disk, op, refusals.get(op["n"]))
        for row in reply["rows"]:
            _lay(disk, row)
        for scope in reply["left"]:
            disk.base = {key: row for key, row in disk.base.items() if row["scope"] != scope}
        disk.cursor, disk.epoch = reply["cursor"], reply["epoch"]

    def _answered(self, disk: Disk, op: Json, refusal: Json | None) -> None:
        if refusal is None:
            _done(disk, op, str(self.server.user.id))
        elif refusal["code"] == "clock_ahead" and op.get("restamped", 0) < 3:
            again = self._enqueue(disk, {**op, "restamped": op.get("restamped", 0) + 1})
            disk.restamped[op["hlc"]] = again["hlc"]
        else:
            disk.refused.append({**refusal, "op": op})

    def _set_clock(self, disk: Disk, reply: Json) -> None:
        server_ms = int(datetime.fromisoformat(reply["now"]).timestamp() * 1000)
        disk.offset_ms = server_ms - int((self.server.now + self.skew).timestamp() * 1000)
        if disk.stamp and rules.is_ahead(disk.stamp, server_ms):
            disk.stamp = ""

    # ── Starting over ────────────────────────────────────────────────────────────────────────────────────────────────
    def _start_over(self, *, offer: bool) -> None:
        rows: list[Json] = []
        at: Json = {"cursor": None, "epoch": None}
        more = True
        while more:
            reply = self.ask(self.request([], **at))
            rows += reply["rows"]
            at, more = {"cursor": reply["cursor"], "epoch": reply["epoch"]}, reply["more"]
        served = {(row["entity"], row["id"]): row for row in rows}

        def replace(disk: Disk) -> None:
            self._set_clock(disk, reply)
            mine = [row for key, row in disk.base.items() if _lacks(served.get(key), row)] if offer else []
            mine.sort(key=lambda row: ({"correction": 2, "hold_release": 1}.get(row["entity"], 0), row["id"]))
            disk.outbox = [_whole(op, disk, served) for op in disk.outbox]
            graves = {key for key, row in served.items() if row["deleted"]}  # what is offered for these becomes a copy
            disk.base = served | {key: disk.base[key] for row in mine if (key := (row["entity"], row["id"])) not in graves}
            disk.cursor, disk.epoch = at["cursor"], at["epoch"]
            self._renumber(disk, mine)

        self.commit(replace)

    def _renumber(self, disk: Disk, offers: list[Json]) -> None:
        waiting, disk.outbox = disk.outbox, []
        disk.device, disk.next_n = self._device(), 1
        for row in offers:
            body = None if row["deleted"] else row["body"]
            self._enqueue(
                disk, {"kind": "offer", "entity": row["entity"], "id": row["id"], "body": body, "clocks": row["clocks"]}
            )
        for op in waiting:
            disk.outbox.append({**op, "n": disk.next_n})
            disk.next_n += 1


def _lay(disk: Disk, row: Json) -> None:
    key = (row["entity"], row["id"])
    there = disk.base.get(key)
    if row["deleted"] and there and there["scope"] != row["scope"]:
        return
    disk.base[key] = row
    disk.stamp = max([disk.stamp, *row["clocks"].values()])


def _done(disk: Disk, op: Json, scope: str) -> None:
    key = (op["entity"], op["id"])
    there = disk.base.get(key)
    if op["kind"] == "delete" and there:
        disk.base[key] = {**there, "deleted": True, "body": None}
    elif op["kind"] == "put" and not there:
        clocks = dict.fromkeys(op["body"], op["hlc"]) if op["entity"] in MERGED else {}
        row = {"scope": scope, "entity": key[0], "id": key[1], "deleted": False, "body": op["body"], "clocks": clocks}
        disk.base[key] = {**row, "copy_of": None, "superseded_by": None}
    elif op["kind"] == "put" and there and op["entity"] in MERGED and not there["deleted"]:
        stamps = {name: str(op["hlc"]) for name in op["body"]}
        merge = rules.merge(there["clocks"], op["body"], stamps)
        disk.base[key] = {**there, "body": {**there["body"], **merge.won}, "clocks": merge.clocks}


def _lacks(served: Json | None, mine: Json) -> bool:
    if mine["deleted"]:
        return served is None or not served["deleted"]
    return served is None or rules.unseen(mine["clocks"], served["clocks"])


def _whole(op: Json, disk: Disk, served: dict[Key, Json]) -> Json:
    key = (op["entity"], op["id"])
    had = disk.base.get(key, {}).get("body")
    gone = op["kind"] == "put" and op["entity"] in MERGED and (key not in served or served[key]["deleted"])
    return {**op, "body": {**had, **op["body"]}} if gone and had else op


START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
