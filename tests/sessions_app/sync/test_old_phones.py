"""Old phones meet this server: the ops of every schema that was ever released are taken, and none is lost [Y51, P14]."""

import json
from pathlib import Path
from typing import Any

import pytest

from sessions_app.accounts.models import User
from sessions_app.sync.exchange import OLDEST_SCHEMA, SCHEMA
from tests.sessions_app.sync.line import Json, Line

RECORDED = {
    recorded["schema"]: recorded
    for path in sorted((Path(__file__).parents[2] / "vectors").glob("sync_schema_*.json"))
    for recorded in [json.loads(path.read_text())]
}

pytestmark = pytest.mark.django_db


def _replayed(alice: User, recorded: Json) -> tuple[list[Json], Json]:
    ops: list[Json] = json.loads(json.dumps(recorded["ops"]).replace("{person}", str(alice.id)))
    return ops, Line(alice).ask(ops, schema=recorded["schema"], device=recorded["device"])


def test_Y51_every_schema_that_is_spoken_was_recorded() -> None:
    assert sorted(RECORDED) == list(range(OLDEST_SCHEMA, SCHEMA + 1))


@pytest.mark.parametrize("schema", RECORDED)
def test_Y51_P14_nothing_an_old_phone_sends_is_lost(alice: User, schema: int) -> None:
    ops, reply = _replayed(alice, RECORDED[schema])
    assert reply["rejected"] == []
    assert reply["ack"] == len(ops)
    live = {key: row for key, row in Line(alice).live().items() if key[0] != "member"}  # how her household sees her new name
    deleted = {op["id"] for op in ops if op["kind"] == "delete"}
    written: dict[tuple[str, str], dict[str, Any]] = {}
    for op in ops:
        if op.get("body") and op["id"] not in deleted:
            written.setdefault((op["entity"], op["id"]), {}).update(op["body"])
    assert written.keys() == live.keys()
    assert all(body.items() <= live[key]["body"].items() for key, body in written.items())
    assert len(written) >= 11
