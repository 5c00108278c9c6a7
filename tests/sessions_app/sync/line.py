"""One phone's end of the line, as raw as a test wants it: what is sent goes through JSON, what comes back too."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.sync import rules
from sessions_app.sync.exchange import exchange
from sessions_app.sync.wire import SyncIn, SyncOut

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

Json = dict[str, Any]


class Line:
    def __init__(self, user: User, device: uuid.UUID | None = None) -> None:
        self.user = user
        self.device = device or new_id()
        self.n = 0
        self.cursor: str | None = None
        self.epoch: str | None = None
        self.stamped = ""
        self.now = NOW

    # ── Ops ──────────────────────────────────────────────────────────────────────────────────────────────────────────
    def stamp(self, later: timedelta = timedelta()) -> str:
        self.stamped = rules.next_stamp(self.stamped, int((self.now + later).timestamp() * 1000), self.device)
        return self.stamped

    def op(self, kind: str, entity: str, row_id: uuid.UUID, **rest: Any) -> Json:
        self.n += 1
        return {
            "n": self.n,
            "kind": kind,
            "entity": entity,
            "id": str(row_id),
            "hlc": rest.pop("hlc", None) or self.stamp(),
            **rest,
        }

    def put(self, entity: str, row_id: uuid.UUID, body: Json, **rest: Any) -> Json:
        return self.op("put", entity, row_id, body=body, **rest)

    def delete(self, entity: str, row_id: uuid.UUID, seen: Json, **rest: Any) -> Json:
        return self.op("delete", entity, row_id, seen=seen, **rest)

    def offer(self, entity: str, row_id: uuid.UUID, body: Json | None, clocks: Json | None = None, **rest: Any) -> Json:
        return self.op("offer", entity, row_id, body=body, clocks=clocks or {}, **rest)

    def void(self) -> Json:
        self.n += 1
        return {"n": self.n, "kind": "void"}

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def request(self, ops: Sequence[Json] = (), **other: Any) -> Json:
        return {
            "device": str(self.device),
            "schema": 1,
            "epoch": self.epoch,
            "cursor": self.cursor,
            "limit": 1000,
            "ops": list(ops),
            **other,
        }

    def lose(self, ops: Sequence[Json] = (), **other: Any) -> Json:
        """Ask, and have the reply lost on the way: the phone remembers nothing of it."""
        sent = SyncIn.model_validate_json(json.dumps(self.request(ops, **other)), strict=True)
        reply = exchange(self.user, sent, "a browser", self.now)
        heard: Json = SyncOut.model_validate(reply).model_dump(mode="json")
        return heard

    def ask(self, ops: Sequence[Json] = (), **other: Any) -> Json:
        reply = self.lose(ops, **other)
        self.cursor, self.epoch = reply["cursor"], reply["epoch"]
        return reply

    def live(self) -> dict[tuple[str, str], Json]:
        """All rows that are not deleted, as a new phone reads them."""
        return {key: row for key, row in self.rows(cursor=None).items() if not row["deleted"]}

    def rows(self, **other: Any) -> dict[tuple[str, str], Json]:
        """All that is new, page after page, by entity and id."""
        found: dict[tuple[str, str], Json] = {}
        more = True
        while more:
            reply = self.ask(**other)
            other.pop("cursor", None)
            found |= {(row["entity"], row["id"]): row for row in reply["rows"]}
            more = reply["more"]
        return found
