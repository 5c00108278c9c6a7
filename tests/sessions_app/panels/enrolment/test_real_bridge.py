"""The bridge's own client against the real server, over HTTP: let in, renewed, killed by a second use, let in again."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from ble_bridge.enrol import Enrolment as Client
from ble_bridge.enrol import Home
from sessions_app.accounts.models import User
from sessions_app.panels.enrolment import services, tokens
from sessions_app.panels.models import Bridge
from tests.patience import PATIENCE_S
from tests.sessions_app import live
from tests.sessions_app.live import Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    with django_db_blocker.unblock(), live.servers(live.AS_IN_LIFE, valkey=False) as (made, _):
        yield made[0]


async def asking(folder: Path, bridge: asyncio.Task[str]) -> Path:
    """The file in which the bridge shows its code, once it does."""
    shown = folder / "enrol.json"
    while not shown.exists():
        assert not bridge.done()
        await asyncio.sleep(0.05)
    return shown


async def let_in(client: Client, folder: Path, owner: User) -> str:
    """The owner reads the code that the bridge shows, and approves it."""
    waiting = asyncio.create_task(client.token(refused=True))
    shown = await asking(folder, waiting)
    code = json.loads(shown.read_text())["user_code"]
    await sync_to_async(services.approve)(owner, code, None, timezone.now())
    token = await asyncio.wait_for(waiting, timeout=PATIENCE_S)
    assert not shown.exists()
    return token


async def test_B60_B64_a_real_bridge_is_let_in_renews_and_comes_back(alice: User, server: Server, tmp_path: Path) -> None:
    client, home = Client(tmp_path, f"http://{server.address}", "Bridge in the hall", "nirweb 0.1"), Home(tmp_path)
    known = sync_to_async(tokens.authenticate_bridge)

    first = await let_in(client, tmp_path, alice)
    bridge = await known(first)
    assert bridge is not None
    assert (bridge.name, bridge.software) == ("Bridge in the hall", "nirweb 0.1")
    client.is_bridge(bridge.pk)
    kept = home.tokens()
    assert kept is not None

    home.keep(replace(kept, expires_at=0))
    second = await client.token()
    assert second != first
    assert await known(second) == bridge

    # somebody who copied the file before uses the old refresh token: nobody has a token any more, and a person is asked again
    thief = tmp_path / "thief"
    thief.mkdir()
    Home(thief).keep(replace(kept, expires_at=0))
    stolen = asyncio.create_task(Client(thief, f"http://{server.address}", "Thief", "x").token())
    await asking(thief, stolen)
    stolen.cancel()
    assert await known(second) is None

    third = await let_in(client, tmp_path, alice)
    assert await known(third) == bridge
    assert await Bridge.objects.acount() == 1
