"""One line's outbox: bounded, in order, closed when its reader is too slow (docs/bridge.md, B7)."""

import asyncio
from typing import Any

from sessions_app.panels.line import MAX_WAITING, TOO_SLOW, Line
from tests.patience import PATIENCE_S


class Peer:
    """The server's side of a connection whose reader may stall."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.incoming: asyncio.Queue[Any] = asyncio.Queue()

    async def send(self, message: Any) -> None:
        await self.reads.wait()
        self.sent.append(message)

    async def receive(self) -> Any:
        return await self.incoming.get()


async def test_it_sends_in_order_and_closes_after_what_was_put_before() -> None:
    peer = Peer()
    line = Line(peer.receive, peer.send)
    for number in range(10):
        line.put(str(number))
    line.close(4401, "revoked")
    line.put("too late")
    await line.until_written(PATIENCE_S)
    assert [one.get("text", one.get("code")) for one in peer.sent] == [*map(str, range(10)), 4401]


async def test_B7_a_reader_that_is_too_slow_is_closed_and_its_line_ends() -> None:
    peer = Peer()
    peer.reads.clear()
    ended: list[str] = []

    async def serve() -> None:
        line = Line(peer.receive, peer.send)
        lines.append(line)
        try:
            await line.text()
        except asyncio.CancelledError:
            ended.append("ended")

    lines: list[Line] = []
    serving = asyncio.create_task(serve())
    await asyncio.sleep(0)
    for number in range(MAX_WAITING + 2):
        lines[0].put(str(number))
        await asyncio.sleep(0)
    await asyncio.wait_for(serving, PATIENCE_S)
    assert ended == ["ended"]
    assert lines[0].closing == (TOO_SLOW, "too slow")
    await lines[0].until_written(0.05)


async def test_an_idle_line_has_no_task_of_its_own() -> None:
    peer = Peer()
    line = Line(peer.receive, peer.send)
    before = len(asyncio.all_tasks())
    line.put("x")
    assert len(asyncio.all_tasks()) == before + 1
    await line.until_written(PATIENCE_S)
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == before


async def test_a_lost_connection_is_no_failure() -> None:
    async def gone(message: Any) -> None:
        raise OSError("gone")

    peer = Peer()
    line = Line(peer.receive, gone)
    line.put("x")
    await line.until_written(PATIENCE_S)
    assert not line.is_open
