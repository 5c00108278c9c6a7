"""The line to the server: opened for ever, tells who we are, keeps telemetry until it is acknowledged. Rules of `docs/bridge.md`.

What is heard is given on at once, in the order it came; nothing of ours stands between a stop and the panel.
"""

import asyncio
import contextlib
import random
import ssl
from collections import deque
from typing import Final, Protocol
from urllib.parse import urlsplit, urlunsplit

import structlog
from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from ble_bridge.contract import limits, wire
from ble_bridge.enrol import Enrolment
from ble_bridge.journal_thread import JournalThread

RETRY_FIRST_S: Final = 0.5
RETRY_MOST_S: Final = 15.0
RETRY_LIT_S: Final = 2.0
"""While a light depends on it: a stop that a person wants is told by nobody else."""
PING_EVERY_S: Final = 5.0
OPEN_WITHIN_S: Final = 10.0
RESEND_AFTER_S: Final = 1.0
RESULTS_KEPT: Final = 256
BAD_MESSAGE, REVOKED, DISPLACED = 4400, 4401, 4409
UNAUTHORIZED: Final = 401
ANEW: Final = -1
"""Closed by us, to say hello with a new journal epoch."""
Telling = (
    wire.Hello | wire.Claim | wire.Result | wire.PanelState | wire.RunEvent | wire.Found | wire.Heard
    | wire.OwnProfile | wire.Shelf | wire.Checkup
)  # fmt: skip
log = structlog.stdlib.get_logger(__name__)


class Ears(Protocol):
    """Who acts on what the server says."""

    async def hello(self) -> wire.Hello: ...

    def hear(self, message: wire.ToBridge) -> None: ...

    def lit(self) -> bool:
        """A run or an off is under way."""

    def line_lost(self, *, revoked: bool) -> None: ...


class Line:
    """Also the way out: `result`, `panel_state`, `found` and `claim` may be called at any time."""

    def __init__(self, server: str, enrolment: Enrolment, journal: JournalThread, tls: ssl.SSLContext | None = None) -> None:
        self._url = line_url(server)
        self._enrolment = enrolment
        self._journal = journal
        self._tls = tls
        self._ears: Ears | None = None
        self._out: asyncio.Queue[Telling] | None = None
        self._results: deque[wire.Result] = deque(maxlen=RESULTS_KEPT)
        self._telemetry = asyncio.Event()
        self._sent_seq = 0
        self._acked_seq = -1

    @property
    def open(self) -> bool:
        """Welcomed, and not lost since."""
        return self._out is not None

    # ── Out ──────────────────────────────────────────────────────────────────────────────────────────────────────────
    def result(self, result: wire.Result) -> None:
        """Kept until there is a line: every command has its result [B15]."""
        if self._out is None:
            self._results.append(result)
        else:
            self._out.put_nowait(result)

    def panel_state(self, state: wire.PanelState) -> None:
        """Of now, or not at all."""
        self._tell(state)

    def found(self, found: wire.Found) -> None:
        self._tell(found)

    def heard(self, heard: wire.Heard) -> None:
        """Of now, or not at all."""
        self._tell(heard)

    def shelf(self, told: wire.OwnProfile | wire.Shelf) -> None:
        """Told anew with each line."""
        self._tell(told)

    def checkup(self, checkup: wire.Checkup) -> None:
        self._tell(checkup)

    def claim(self, claim: wire.Claim) -> bool:
        """False when there is no line to claim on."""
        return self._tell(claim)

    def telemetry(self) -> None:
        """Something new lies in the journal."""
        self._telemetry.set()

    def _tell(self, message: Telling) -> bool:
        if self._out is None:
            return False
        self._out.put_nowait(message)
        return True

    # ── For ever ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def run(self, ears: Ears) -> None:
        """B5: a lost line is opened again, sooner or later."""
        self._ears = ears
        pause_s, refused, code = RETRY_FIRST_S, False, 0
        while True:
            token = await self._enrolment.token(refused=refused)
            before, (code, welcomed) = code, await self._once(token, ears)
            if code == ANEW != before:
                continue  # at once: a bridge that was let in anew is away for no longer than it must be
            again, refused = refused, code in (UNAUTHORIZED, REVOKED)
            pause_s = RETRY_FIRST_S if welcomed and code not in (BAD_MESSAGE, DISPLACED) else min(pause_s * 2, RETRY_MOST_S)
            if code == DISPLACED:
                log.warning("another bridge with this identity took the line: was this folder copied?")
                pause_s = RETRY_MOST_S
            if again or not refused:  # one refusal asks for another token at once, a second one waits like any failure
                rest_s = min(pause_s, RETRY_LIT_S) if ears.lit() else pause_s
                await asyncio.sleep(rest_s * random.uniform(0.7, 1.3))  # noqa: S311 - jitter, no secret

    async def _once(self, token: str, ears: Ears) -> tuple[int, bool]:
        """One line from opening to closing: its close code (or HTTP status, or 0), and whether we were welcome."""
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with connect(
                self._url,
                additional_headers=headers,
                ssl=self._tls,
                open_timeout=OPEN_WITHIN_S,
                ping_interval=PING_EVERY_S,
                ping_timeout=PING_EVERY_S,
                close_timeout=1,
                max_size=limits.MAX_FRAME_BYTES,
                compression=None,  # small messages; a deflate context would cost more than all of them
                proxy=None,
            ) as socket:
                return await self._talk(socket, ears)
        except InvalidStatus as error:
            log.warning("line refused", status=error.response.status_code)
            return error.response.status_code, False
        except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed) as error:
            log.info("no line to the server", error=str(error) or type(error).__name__)
            return 0, False

    async def _talk(self, socket: ClientConnection, ears: Ears) -> tuple[int, bool]:
        await socket.send((await ears.hello()).model_dump_json())
        workers: list[asyncio.Task[None]] = []
        welcomed = False
        try:
            async for frame in socket:
                message = wire.TO_BRIDGE.validate_json(frame)
                if isinstance(message, wire.Welcome):
                    if message.acked_seq < max(self._acked_seq, self._journal.journal.dropped_seq):
                        await self._begin_anew(message.acked_seq)
                        await socket.close()
                        return ANEW, True
                    welcomed = True
                    workers += self._welcome(socket, message)
                elif isinstance(message, wire.Ack):
                    self._ack(message.seq)
                ears.hear(message)
        except ValidationError as error:
            log.error("message of the server not understood, line closed", error=str(error.errors(include_input=False)[:3]))
            await socket.close(BAD_MESSAGE)
        except ConnectionClosed:
            pass
        finally:
            self._out = None
            for worker in workers:
                worker.cancel()
            ears.line_lost(revoked=socket.close_code == REVOKED)
        log.info("line closed", code=socket.close_code, reason=socket.close_reason)
        return socket.close_code or 0, welcomed

    def _welcome(self, socket: ClientConnection, message: wire.Welcome) -> list[asyncio.Task[None]]:
        self._enrolment.is_bridge(message.bridge_id)
        out: asyncio.Queue[Telling] = asyncio.Queue()
        self._out = out
        while self._results:
            out.put_nowait(self._results.popleft())
        self._acked_seq = self._sent_seq = message.acked_seq
        self._journal.soon(lambda: self._journal.journal.acknowledged(message.acked_seq))
        self._telemetry.set()
        log.info("line open", bridge=str(message.bridge_id), acked_seq=message.acked_seq)
        return [asyncio.create_task(self._send(socket, out)), asyncio.create_task(self._pump(out))]

    async def _begin_anew(self, acked_seq: int) -> None:
        """B46: the server has lost what it said that it had; it would wait for ever for numbers that are gone here."""
        log.warning("the server went back to an older state: a new journal epoch begins", acked_seq=acked_seq)
        await self._journal.do(self._journal.journal.begin_anew)
        self._acked_seq = -1

    async def _send(self, socket: ClientConnection, out: "asyncio.Queue[Telling]") -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await socket.send((await out.get()).model_dump_json())

    # ── Telemetry ────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _pump(self, out: "asyncio.Queue[Telling]") -> None:
        """B42: everything after the last number that was sent over this line, from the disk [B40]."""
        while True:
            await self._telemetry.wait()
            self._telemetry.clear()
            while events := await self._journal.do(lambda: self._journal.journal.waiting(self._sent_seq)):
                for event in events:
                    out.put_nowait(event)
                    self._sent_seq = event.seq

    def _ack(self, seq: int) -> None:
        """B45: the same number again means that the server has a gap; it wants all from there on."""
        if seq <= self._acked_seq:
            # not at once: what is on its way may close the gap
            asyncio.get_running_loop().call_later(RESEND_AFTER_S, self._send_again, seq)
            return
        self._acked_seq = seq
        self._sent_seq = max(self._sent_seq, seq)
        self._journal.soon(lambda: self._journal.journal.acknowledged(seq))

    def _send_again(self, seq: int) -> None:
        if seq >= self._acked_seq:
            self._sent_seq = self._acked_seq
            self._telemetry.set()


def line_url(server: str) -> str:
    """`http://host` → `ws://host/ws/bridge`, `https` → `wss`."""
    parts = urlsplit(server)
    scheme = {"http": "ws", "https": "wss"}[parts.scheme]
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + "/ws/bridge", "", ""))
