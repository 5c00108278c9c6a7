"""What was told as saved, and what must be true of it in the end (PROMISES P1, P2, P3)."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

from sessions_app.sync import rules
from tests.sim.phone import MERGED, Json, Phone, Server


class Oracle:
    """Written by the simulation at each save, read at its end."""

    def __init__(self) -> None:
        self.saved: list[Json] = []

    def saw(self, op: Json) -> None:
        self.saved.append(op)

    def lost(self, server: Server, phones: Sequence[Phone]) -> list[Json]:
        """Saved ops of which the server knows nothing and no phone shows that they were refused [P1]."""
        rows = everything(server)
        refused = {(one["op"]["id"], json.dumps(one["op"].get("body"))) for phone in phones for one in phone.disk.refused}
        for op in self.saved:
            op["hlc"] = _stamped(op["hlc"], phones)
        return [op for op in self.saved if not self._kept(op, rows) and (op["id"], json.dumps(op.get("body"))) not in refused]

    def _kept(self, op: Json, rows: dict[tuple[str, str], Json]) -> bool:
        if op["kind"] == "delete":
            # an edit that it had not seen may have made the row visible again, elsewhere
            return (op["entity"], op["id"]) not in rows
        if op["entity"] not in MERGED:
            row = rows.get((op["entity"], op["id"]))
            return row is not None and _same(row["body"], op["body"])
        return self._edit_kept(op, rows)

    def _edit_kept(self, op: Json, rows: dict[tuple[str, str], Json]) -> bool:
        """In the row or a copy of it every field is as late as the edit; or a delete had seen it."""
        row_id = uuid.UUID(op["id"])
        for _ in range(6):
            row = rows.get((op["entity"], str(row_id)))
            if row and all(row["clocks"].get(name, "") >= op["hlc"] for name in op["body"]):
                return True
            if any(self._saw(delete, row_id, op) for delete in self.saved):
                return True
            row_id = rules.copy_id(row_id)
        return False

    def _saw(self, delete: Json, row_id: uuid.UUID, op: Json) -> bool:
        if delete["kind"] != "delete" or delete["id"] != str(row_id):
            return False
        return all(delete["seen"].get(name, "") >= op["hlc"] for name in op["body"])


def everything(server: Server) -> dict[tuple[str, str], Json]:
    """All live rows of the person, as a new phone reads them."""
    device = str(uuid.uuid4())
    asked: Json = {"device": device, "schema": 1, "epoch": None, "cursor": None, "limit": 1000, "ops": []}
    rows: dict[tuple[str, str], Json] = {}
    while True:
        reply = server.ask(asked)
        rows |= {(row["entity"], row["id"]): row for row in reply["rows"]}
        if not reply["more"]:
            return {key: row for key, row in rows.items() if not row["deleted"]}
        asked["cursor"] = reply["cursor"]


def state_hash(rows: dict[tuple[str, str], Json]) -> str:
    """Two phones that show the same have the same."""
    alive = sorted((key, row["body"], row["clocks"], row["superseded_by"]) for key, row in rows.items() if not row["deleted"])
    return hashlib.sha256(json.dumps(alive, sort_keys=True).encode()).hexdigest()


def differences(phone: Phone, rows: dict[tuple[str, str], Json]) -> list[Any]:
    """What a phone has otherwise than the server: the row, the phone's and the server's."""
    mine = {key: row for key, row in phone.disk.base.items() if not row["deleted"]}
    return [(key, mine.get(key), rows.get(key)) for key in sorted({*mine, *rows}) if mine.get(key) != rows.get(key)]


def _stamped(hlc: str, phones: Sequence[Phone]) -> str:
    """The stamp an op has in the end, when a wrong clock made its phone stamp it anew."""
    for phone in phones:
        while hlc in phone.disk.restamped:
            hlc = phone.disk.restamped[hlc]
    return hlc


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
