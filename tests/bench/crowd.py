"""Many bridges on one server: rows in its database, and lines that speak the bridge's wire. Django is set up by then."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.panels import commands
from sessions_app.panels.enrolment import tokens
from tests import factories
from tests.sessions_app import scene

OPENED_AT_ONCE: Final = 16
TELL_EVERY_S: Final = 1.0


@dataclass(frozen=True)
class Enrolled:
    bridge_id: UUID
    panel_id: UUID
    user_id: UUID
    token: str


def enrol(count: int) -> list[Enrolled]:
    """Each in a household of its own, with a panel; one person stands for all, since a password takes long to hash."""
    user = factories.owner_of(factories.household(name="Home"), email="crowd@example.org")
    with transaction.atomic():
        return [_enrolled(user.pk) for _ in range(count)]


def _enrolled(user_id: UUID) -> Enrolled:
    bridge = scene.a_bridge(factories.household(name="Home"), line_id=None)
    access = tokens.new_token()
    tokens.keep(bridge, access, tokens.new_token(), timezone.now())
    return Enrolled(bridge.pk, scene.a_panel(bridge).pk, user_id, access)


class CrowdLine:
    """One open line of an enrolled bridge."""

    def __init__(self, of: Enrolled, socket: ClientConnection) -> None:
        self.of, self._socket = of, socket

    async def greet(self) -> None:
        hello = wire.Hello(
            protocol=wire.PROTOCOL, software="crowd", epoch=uuid4(), last_seq=0, open_runs=[], profiles={}, radios=["virtual"]
        )
        await self._say(hello)
        async with asyncio.timeout(30):
            await self._next("welcome")

    async def tell(self) -> None:
        """As in a session: the panel's state each second, until it is cancelled."""
        while True:
            await self._say(_state(self.of.panel_id))
            await asyncio.sleep(TELL_EVERY_S)

    async def granted(self) -> tuple[float, float]:
        """Milliseconds from ordering a start to its grant, and of these from the claim to the grant."""
        ordered_s = time.perf_counter()
        command_id = await asyncio.to_thread(_order, self.of)
        async with asyncio.timeout(5):
            while UUID((await self._next("ring"))["command_id"]) != command_id:
                pass
            claimed_s = time.perf_counter()
            await self._say(wire.Claim(command_id=command_id, claim_id=uuid4()))
            await self._next("grant")
        granted_s = time.perf_counter()
        return (granted_s - ordered_s) * 1000, (granted_s - claimed_s) * 1000

    async def _say(self, message: wire.Message) -> None:
        await self._socket.send(message.model_dump_json())

    async def _next(self, kind: str) -> dict[str, str]:
        while True:
            message: dict[str, str] = json.loads(await self._socket.recv())
            if message["type"] == kind:
                return message


@asynccontextmanager
async def lines(origin: str, crowd: Sequence[Enrolled]) -> AsyncIterator[list[CrowdLine]]:
    """Their lines, open and quiet but for what keeps them alive."""
    address = origin.replace("http:", "ws:") + "/ws/bridge"
    turns = asyncio.Semaphore(OPENED_AT_ONCE)
    async with AsyncExitStack() as stack:

        async def one(of: Enrolled) -> CrowdLine:
            async with turns:
                headers = {"Authorization": f"Bearer {of.token}"}
                opening = connect(address, additional_headers=headers, compression=None, proxy=None, ping_interval=20)
                made = CrowdLine(of, await stack.enter_async_context(opening))
                await made.greet()
                return made

        yield list(await asyncio.gather(*map(one, crowd)))


@asynccontextmanager
async def busy(origin: str, crowd: Sequence[Enrolled]) -> AsyncIterator[None]:
    """Their lines, each telling of a session."""
    async with lines(origin, crowd) as made:
        telling = [asyncio.create_task(line.tell()) for line in made]
        try:
            yield
        finally:
            for task in telling:
                task.cancel()
            await asyncio.gather(*telling, return_exceptions=True)


def _order(of: Enrolled) -> UUID:
    args = wire.StartArgs(
        session_id=uuid4(), run_no=1, panel_id=of.panel_id, duration_s=60, levels_pct={660: 50, 850: 50}, ramp_s=0
    )
    clearance = wire.Clearance(
        person_id=of.user_id, sites=["chest"], wavelengths_nm=[660, 850], max_level_pct={660: 100, 850: 100}, max_duration_s=600,
        max_fluence_j_cm2=50.0, irradiance_mw_cm2={660: 30.0, 850: 30.0},
    )  # fmt: skip
    with transaction.atomic():
        made = commands.order(
            commands.Order(
                bridge_id=of.bridge_id,
                user_id=of.user_id,
                args=args,
                trace="trace-of-the-bench",
                panel_id=of.panel_id,
                clearance=clearance,
            ),
            clock.now(),
        )
    return made.pk


def _state(panel_id: UUID) -> wire.PanelState:
    return wire.PanelState(
        panel_id=panel_id, link="connected", run="idle", session_id=None, levels_pct={660: 0, 850: 0}, remaining_s=None,
        elapsed_on_s=None, temperature_c=25.0, end_reason=None, off_confirmed=True, status_age_ms=100,
    )  # fmt: skip
