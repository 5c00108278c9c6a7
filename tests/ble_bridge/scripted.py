"""A server of the wire for tests, with every answer under the test's hand, and the bridge's own process beside it.

It keeps rows as the real one does: commands are granted once, telemetry is stored once by (epoch, seq).
"""

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from ble_bridge.contract import wire
from tests.ble_bridge.air import ROOT, Air
from tests.patience import PATIENCE_S

TOKEN: Final = "a-token-of-the-test"
PERSON: Final = UUID(int=8)
PANEL: Final = UUID(int=7)


@dataclass(slots=True)
class Row:
    """One command as the server has it."""

    command_id: UUID
    args: wire.CommandArgs
    clearance: wire.Clearance | None
    life_ms: int = 10_000
    hold_grant_s: float = 0.0
    claims: list[wire.Claim] = field(default_factory=list)
    results: list[wire.Result] = field(default_factory=list)


class ScriptedServer:
    def __init__(self) -> None:
        self.panels: list[wire.PairedPanel] = []
        self.rows: dict[UUID, Row] = {}
        self.hellos: list[wire.Hello] = []
        self.states: list[wire.PanelState] = []
        self.founds: list[wire.Found] = []
        self.own: dict[str, wire.OwnProfile] = {}
        self.shelves: list[list[str]] = []
        self.checkups: list[wire.Checkup] = []
        self.events: dict[tuple[UUID, int], wire.RunEvent] = {}
        self.received: list[wire.RunEvent] = []
        self.results: dict[UUID, list[wire.Result]] = {}
        self.acks = True
        self.status: int | None = None
        """Refuse handshakes with this."""
        self.tokens: list[str] = []
        self._line: ServerConnection | None = None
        self._server: Server | None = None
        self._changed = asyncio.Event()
        self.acked: dict[UUID, int] = {}

    @property
    def address(self) -> str:
        assert self._server
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["ScriptedServer"]:
        async with serve(self._serve, "127.0.0.1", 0, process_request=self._handshake) as self._server:
            yield self

    def _handshake(self, connection: ServerConnection, request: Request) -> Response | None:
        self.tokens.append(request.headers.get("Authorization", ""))
        return None if self.status is None else connection.respond(self.status, "no")

    async def _serve(self, line: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            hello = wire.TO_SERVER.validate_json(await line.recv())
            assert isinstance(hello, wire.Hello)
            self.hellos.append(hello)
            self._line = line
            acked = self.acked.get(hello.epoch, 0)
            await self._send(
                wire.Welcome(
                    protocol=1, bridge_id=UUID(int=1), server_time=datetime.now(UTC), acked_seq=acked, panels=self.panels
                )
            )
            self._notify()
            async for text in line:
                await self._take(wire.TO_SERVER.validate_json(text))
                self._notify()
        if self._line is line:
            self._line = None
        self._notify()

    async def _take(self, message: wire.ToServer) -> None:
        match message:
            case wire.Claim():
                await self._claimed(message)
            case wire.Result():
                self.results.setdefault(message.command_id, []).append(message)
            case wire.PanelState():
                self.states.append(message)
            case wire.RunEvent():
                await self._store(message)
            case wire.Found():
                self.founds.append(message)
            case _:
                self._take_of_its_own(message)

    def _take_of_its_own(self, message: wire.ToServer) -> None:
        match message:
            case wire.OwnProfile():
                self.own[message.file] = message
            case wire.Shelf():
                self.shelves.append(message.files)
            case wire.Checkup():
                self.checkups.append(message)

    async def _claimed(self, claim: wire.Claim) -> None:
        row = self.rows[claim.command_id]
        row.claims.append(claim)
        if len(row.claims) > 1:
            await self._send(wire.Deny(command_id=claim.command_id, claim_id=claim.claim_id, code="taken"))
            return
        await asyncio.sleep(row.hold_grant_s)
        await self._send(
            wire.Grant(
                command_id=row.command_id,
                claim_id=claim.claim_id,
                life_ms=row.life_ms,
                args=row.args,
                clearance=row.clearance,
                trace=trace_of(row.command_id),
            )
        )

    async def _store(self, event: wire.RunEvent) -> None:
        self.received.append(event)
        last = self.acked.get(event.epoch, 0)
        if event.seq == last + 1 and self.acks:
            self.events[(event.epoch, event.seq)] = event
            self.acked[event.epoch] = last = event.seq
        if self.acks:
            await self._send(wire.Ack(seq=last))

    # ── The test's hand ──────────────────────────────────────────────────────────────────────────────────────────────
    async def _send(self, message: wire.Message) -> None:
        if self._line is not None:
            await self._line.send(message.model_dump_json())

    send = _send

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, holds: Callable[[], Any], within_s: float = PATIENCE_S) -> Any:
        """Waits until it holds; gives what it gave."""
        try:
            async with asyncio.timeout(within_s):
                while not (value := holds()):
                    await self._changed.wait()
                return value
        except TimeoutError as error:
            told = [event.event for event in self.events.values()]
            raise AssertionError(f"not within {within_s} s; last state {self.states[-1:]}, events {told}") from error

    @property
    def online(self) -> bool:
        return self._line is not None

    async def drop(self) -> None:
        """The line is lost."""
        if self._line is not None:
            line, self._line = self._line, None
            line.transport.abort()

    async def close(self, code: int) -> None:
        if self._line is not None:
            await self._line.close(code)

    async def order(
        self, args: wire.CommandArgs, clearance: wire.Clearance | None = None, *, life_ms: int = 10_000, hold_grant_s: float = 0
    ) -> UUID:
        """Write a row and ring for it."""
        command_id = uuid4()
        self.rows[command_id] = Row(command_id, args, clearance, life_ms, hold_grant_s)
        await self.ring(command_id)
        return command_id

    async def ring(self, command_id: UUID) -> None:
        await self._send(wire.Ring(command_id=command_id, trace=trace_of(command_id)))

    async def result(self, command_id: UUID, within_s: float = PATIENCE_S) -> wire.Result:
        await self.until(lambda: self.results.get(command_id), within_s)
        (result,) = self.results[command_id]
        return result

    async def stop(self, panel: UUID, session: UUID | None, run_no: int | None = None, *, emergency: bool = False) -> UUID:
        command_id = uuid4()
        await self._send(
            wire.Stop(
                command_id=command_id,
                panel_id=panel,
                session_id=session,
                run_no=run_no,
                emergency=emergency,
                trace=trace_of(command_id),
            )
        )
        return command_id

    async def state(self, holds: Callable[[wire.PanelState], bool], within_s: float = PATIENCE_S) -> wire.PanelState:
        """The next state, or the last one, for which it holds."""
        await self.until(lambda: self.states and holds(self.states[-1]), within_s)
        return self.states[-1]

    def forget(self) -> None:
        """What earlier tests said; not what is stored up to where."""
        for said in (self.rows, self.states, self.founds, self.events, self.received, self.results, self.hellos, self.tokens):
            said.clear()

    def told(self, event: str) -> list[wire.RunEvent]:
        return [e for e in self.events.values() if e.event == event]


async def ready(server: ScriptedServer) -> None:
    """Nothing of an earlier test is left: the panel is dark, its link is held, nothing is remembered."""
    server.status, server.acks = None, True
    await server.until(lambda: server.online, 40)
    await watch(server)
    assert (await server.result(await server.stop(server.panels[0].panel_id, None))).ok
    await server.state(lambda state: state.run in ("idle", "ended"))
    server.forget()


def trace_of(command_id: UUID) -> str:
    return f"trace-{command_id.hex[:12]}"


# ── The bridge ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class Bridge:
    """`python -m ble_bridge run`, with one home that is let in already."""

    folder: Path
    server: ScriptedServer
    air: Air | None = None
    radio: str = "home"
    process: asyncio.subprocess.Process | None = None
    module: tuple[str, ...] = ("ble_bridge",)
    """What follows `python -m`: the product, or `tests.ble_bridge.safety.planted` and a bug."""
    environment: dict[str, str] = field(default_factory=dict)

    def write_home(self, radios: str = '["system"]') -> None:
        self.folder.mkdir(exist_ok=True)
        if self.air is not None:
            radios = json.dumps([f"virtual:{self.air.socket(self.radio)}"])
        self.folder.joinpath("bridge.toml").write_text(
            f'server = "{self.server.address}"\nname = "Bridge of the test"\nradios = {radios}\n'
        )
        tokens = {"access_token": TOKEN, "refresh_token": "r", "expires_at": time.time() + 3600, "bridge_id": ""}
        self.folder.joinpath("token.json").write_text(json.dumps(tokens))

    async def start(self) -> "Bridge":
        log = self.folder.joinpath("log").open("ab")
        with log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self.module, "run", "--home", str(self.folder), cwd=ROOT, stdout=log, stderr=log,
                env={"PATH": "/usr/bin:/bin", "NIRWEB_LOG": "json", **self.environment},
            )  # fmt: skip
        return self

    async def kill(self) -> None:
        """kill -9."""
        assert self.process
        self.process.kill()
        await self.process.wait()

    async def end(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            return await self.process.wait()

    def log(self) -> list[dict[str, Any]]:
        lines = self.folder.joinpath("log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextlib.asynccontextmanager
async def bridge_and_server(
    folder: Path, air: Air, *, paired: bool = True, module: tuple[str, ...] = ("ble_bridge",)
) -> AsyncIterator[tuple[Bridge, ScriptedServer]]:
    """Both up, the panel found and paired as a phone would do it, and its link held."""
    async with ScriptedServer().running() as server:
        bridge = Bridge(folder / "home", server, air, module=module)
        bridge.write_home()
        await bridge.start()
        try:
            await server.until(lambda: server.online)
            if paired:
                await pair(server, air)
            yield bridge, server
        finally:
            if bridge.process is not None and bridge.process.returncode is None:
                await bridge.end()
            assert "Traceback" not in bridge.folder.joinpath("log").read_text()


async def find(server: ScriptedServer) -> wire.FoundPanel:
    """Scan until the panel is heard; what was found."""
    for _ in range(5):
        command = await server.order(wire.ScanArgs(duration_s=1))
        result = await server.result(command)
        found = next(f for f in server.founds if f.command_id == command and f.done)
        panels = [panel for panel in found.panels if panel.profile]
        if panels:
            assert result.ok
            return panels[0]
    raise AssertionError(f"no panel was found: {server.founds[-1]}")


_found: dict[Path, wire.FoundPanel] = {}
"""By the air's folder: its panel stays the same, so only the first test has to look for it."""


async def pair(server: ScriptedServer, air: Air) -> wire.PairedPanel:
    found = _found.get(air.folder) or await find(server)
    _found[air.folder] = found
    assert found.identity
    panel = wire.PairedPanel(panel_id=PANEL, name="Panel of the test", identity=found.identity, channels=found.channels)
    server.panels = [panel]
    await server.send(wire.Panels(panels=server.panels))
    await watch(server)
    return panel


async def watch(server: ScriptedServer) -> None:
    """The session screen is open: the link is held."""
    panel_id = server.panels[0].panel_id
    await server.send(wire.Watch(panel_id=panel_id, on=True))
    await server.state(lambda state: state.link == "connected")


# ── Plans ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def clearance(**changes: Any) -> wire.Clearance:
    wide: dict[str, Any] = {
        "person_id": PERSON, "sites": ["face"], "wavelengths_nm": [660, 850], "max_level_pct": {660: 100, 850: 100},
        "max_duration_s": 600, "max_fluence_j_cm2": 50.0, "irradiance_mw_cm2": {660: 30.0, 850: 30.0},
    }  # fmt: skip
    return wire.Clearance(**{**wide, **changes})


def start(session: UUID, run_no: int = 1, **changes: Any) -> wire.StartArgs:
    plain: dict[str, Any] = {"duration_s": 60, "levels_pct": {660: 80, 850: 50}, "ramp_s": 0}
    return wire.StartArgs(session_id=session, run_no=run_no, panel_id=PANEL, **{**plain, **changes})


async def lit_up(server: ScriptedServer, session: UUID, run_no: int = 1, **changes: Any) -> wire.Result:
    result = await server.result(await server.order(start(session, run_no, **changes), clearance()))
    assert result.ok, result
    await server.state(lambda state: state.run == "running")
    return result
