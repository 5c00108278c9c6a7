"""The line itself: closings, tokens, back-off, and what is kept while there is none."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ble_bridge import link
from ble_bridge.contract import wire
from ble_bridge.enrol import Enrolment
from ble_bridge.journal import Journal
from ble_bridge.journal_thread import JournalThread
from ble_bridge.link import Line, line_url
from tests.ble_bridge.scripted import ScriptedServer
from tests.patience import PATIENCE_S

PANEL = UUID(int=7)


@dataclass
class Ears:
    journal: JournalThread
    heard: list[wire.ToBridge] = field(default_factory=list)
    lost: list[bool] = field(default_factory=list)

    async def hello(self) -> wire.Hello:
        return wire.Hello(
            protocol=1, software="test", epoch=self.journal.journal.epoch, last_seq=self.journal.journal.last_seq, open_runs=[],
            profiles={}, radios=[],
        )  # fmt: skip

    def hear(self, message: wire.ToBridge) -> None:
        self.heard.append(message)

    def lit(self) -> bool:
        return False

    def line_lost(self, *, revoked: bool) -> None:
        self.lost.append(revoked)


@dataclass
class Tokens:
    """In place of a person who approves: gives tokens at once, and remembers when a new one was asked for."""

    refused: list[bool] = field(default_factory=list)

    async def token(self, *, refused: bool = False) -> str:
        self.refused.append(refused)
        return f"token-{len(self.refused)}"

    def is_bridge(self, bridge_id: UUID) -> None:
        assert bridge_id == UUID(int=1)


@dataclass
class Setting:
    server: ScriptedServer
    line: Line
    ears: Ears
    tokens: Tokens
    journal: JournalThread

    def tell(self, event: str) -> None:
        self.journal.tell(panel_id=PANEL, at=datetime.now(UTC), session_id=None, run_no=None, event=event)


@pytest.fixture
async def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Setting]:
    monkeypatch.setattr(link, "RETRY_FIRST_S", 0.05)
    monkeypatch.setattr(link, "RESEND_AFTER_S", 0.05)
    async with opened(tmp_path) as made:
        yield made


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Setting]:
    async with ScriptedServer().running() as server:
        lines: list[Line] = []

        def told() -> None:
            for line in lines:
                line.telemetry()

        journal = JournalThread(Journal(folder / "journal.sqlite3", "boot"), told)
        tokens = Tokens()
        line = Line(server.address, tokens, journal)  # type: ignore[arg-type]
        lines.append(line)
        ears = Ears(journal)
        task = asyncio.create_task(line.run(ears))
        try:
            await server.until(lambda: server.online)
            await within(lambda: line.open)
            yield Setting(server, line, ears, tokens, journal)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await journal.close()


async def within(holds: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - nothing tells of these changes
            await asyncio.sleep(0.01)


def result(code: str = "ok") -> wire.Result:
    return wire.Result(command_id=uuid4(), ok=True, code=code, detail="", trace="trace-of-test")


async def test_B1_it_shows_its_token_and_says_hello_first(setting: Setting) -> None:
    assert setting.server.tokens == ["Bearer token-1"]
    assert len(setting.server.hellos) == 1
    assert isinstance(setting.ears.heard[0], wire.Welcome)


async def test_B1_a_token_that_is_refused_is_renewed(setting: Setting) -> None:
    setting.server.status = 401
    await setting.server.drop()
    await within(lambda: True in setting.tokens.refused)
    setting.server.status = None
    await setting.server.until(lambda: setting.server.online)
    assert setting.tokens.refused[1:3] == [False, True], "first with the token it has, then with another"


async def test_B5_a_server_that_refuses_every_token_is_not_stormed(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "RETRY_FIRST_S", 0.5)
    setting.server.status = 401
    await setting.server.drop()
    await asyncio.sleep(1.5)
    assert 2 <= len(setting.server.tokens) <= 6


@pytest.mark.parametrize(
    "text",
    [
        "not json", '{"type": "nothing"}', '{"type": "watch", "panel_id": "x", "on": true}',
        '{"type": "ack", "seq": 1, "more": 2}', '{"type": "ack", "seq": NaN}', '{"type": "ack"}',
    ],
)  # fmt: skip
async def test_B2_what_does_not_fit_closes_the_line_and_is_not_acted_on(setting: Setting, text: str) -> None:
    assert setting.server._line
    await setting.server._line.send(text)
    await setting.server.until(lambda: len(setting.server.hellos) == 2)
    assert all(isinstance(message, wire.Welcome) for message in setting.ears.heard)
    assert setting.ears.lost == [False]


async def test_B2_a_frame_that_is_too_large_closes_the_line(setting: Setting) -> None:
    assert setting.server._line
    await setting.server._line.send(json.dumps({"type": "fault", "code": "x", "detail": "y" * 70_000, "fatal": False}))
    await setting.server.until(lambda: len(setting.server.hellos) == 2)


async def test_B3_a_displaced_bridge_leaves_the_other_in_peace(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "RETRY_MOST_S", 0.6)
    await setting.server.close(4409)
    lost_s = time.monotonic()
    await setting.server.until(lambda: len(setting.server.hellos) == 2)
    assert time.monotonic() - lost_s > 0.4, "it does not come back at once"


async def test_B4_a_revoked_bridge_says_so_and_asks_to_be_let_in_anew(setting: Setting) -> None:
    await setting.server.close(4401)
    await setting.server.until(lambda: len(setting.server.hellos) == 2)
    assert setting.ears.lost == [True]
    assert setting.tokens.refused == [False, True]


async def test_B5_it_waits_longer_each_time_and_not_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    real_sleep = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await real_sleep(0)

    async with opened(tmp_path) as setting:
        setting.server.status = 503
        monkeypatch.setattr(link.asyncio, "sleep", sleep)  # type: ignore[attr-defined]
        await setting.server.drop()
        while len(waited) < 9:
            await real_sleep(0.01)
        monkeypatch.undo()
    assert 0.35 <= waited[0] <= 0.65
    assert all(5 <= pause_s <= 20 for pause_s in waited[6:]), waited
    assert len(set(waited)) == len(waited), "jitter"


async def test_B15_results_wait_for_a_line(setting: Setting) -> None:
    setting.server.status = 503
    await setting.server.drop()
    await within(lambda: not setting.line.open)
    kept = result("late")
    setting.line.result(kept)
    setting.line.panel_state(
        wire.PanelState(
            panel_id=PANEL,
            link="absent",
            run="idle",
            session_id=None,
            levels_pct=None,
            remaining_s=None,
            elapsed_on_s=None,
            temperature_c=None,
            end_reason=None,
            off_confirmed=None,
            status_age_ms=None,
        )
    )
    setting.server.status = None
    await setting.server.until(lambda: kept.command_id in setting.server.results)
    assert setting.server.states == [], "what was is not told as what is"


async def test_B42_what_is_not_acknowledged_is_sent_again_after_welcome(setting: Setting) -> None:
    setting.server.acks = False
    for event in ("arming", "running", "ended"):
        setting.tell(event)
    await setting.server.until(lambda: len(setting.server.received) == 3)
    setting.server.acks = True
    await setting.server.drop()
    await setting.server.until(lambda: len(setting.server.events) == 3)
    assert [e.event for e in setting.server.events.values()] == ["arming", "running", "ended"]
    await within(lambda: not setting.journal.journal.waiting(0))


async def test_B45_a_repeated_ack_is_answered_from_there_on(setting: Setting) -> None:
    setting.tell("arming")
    await setting.server.until(lambda: len(setting.server.events) == 1)
    setting.server.acks = False
    setting.tell("running")
    await setting.server.until(lambda: len(setting.server.received) == 2)
    setting.server.acks = True
    await setting.server.send(wire.Ack(seq=1))
    await setting.server.until(lambda: len(setting.server.events) == 2)


async def test_B46_K33_a_server_put_back_to_an_older_state_gets_all_that_is_left_once(setting: Setting) -> None:
    server, epoch = setting.server, setting.journal.journal.epoch
    for _ in range(4):
        setting.tell("arming")
    await server.until(lambda: len(server.events) == 4)
    await within(lambda: setting.journal.journal.dropped_seq == 4)
    server.status, server.acks = 503, False
    await server.drop()
    for event in ("running", "dose", "ended"):
        setting.tell(event)
    server.acked[epoch] = 2  # restored: 3 and 4 are lost, and nobody has them
    server.received.clear()
    server.status, server.acks = None, True
    await server.until(lambda: len(server.events) == 7)
    fresh = setting.journal.journal.epoch
    assert fresh != epoch
    assert [server.hellos[1].epoch, server.hellos[2].epoch, server.hellos[2].last_seq] == [epoch, fresh, 3]
    assert [(event.epoch, event.seq, event.event) for event in server.received] == [
        (fresh, 1, "running"), (fresh, 2, "dose"), (fresh, 3, "ended")
    ]  # fmt: skip
    await within(lambda: not setting.journal.journal.waiting(0))

    await server.drop()  # the same server again: nothing is told twice, and no further epoch begins
    await server.until(lambda: len(server.hellos) == 4)
    setting.tell("foreign_on")
    await server.until(lambda: len(server.events) == 8)
    assert (setting.journal.journal.epoch, len(server.received)) == (fresh, 4)


async def test_it_asks_the_real_enrolment_for_its_token(tmp_path: Path) -> None:
    tokens = {"access_token": "kept", "refresh_token": "r", "expires_at": time.time() + 3600, "bridge_id": ""}
    tmp_path.joinpath("token.json").write_text(json.dumps(tokens))
    assert await Enrolment(tmp_path, "http://127.0.0.1:9", "B", "test").token() == "kept"


def test_the_address_of_the_line() -> None:
    assert line_url("http://localhost:8000") == "ws://localhost:8000/ws/bridge"
    assert line_url("https://light.example/home/") == "wss://light.example/home/ws/bridge"
