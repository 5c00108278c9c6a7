"""One connection to Redis or Valkey for hearing, one for saying: how the hubs of several processes hear each other.

Only the doorbell: what is lost while it is away is found by the slow poll. Nothing here waits for it.
"""

import asyncio
import collections
import json
from collections.abc import Callable, Iterable
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.stdlib.get_logger(__name__)

PREFIX: Final = "nirweb:"
HEARTBEAT: Final = "nirweb:heartbeat"
QUIET_S: Final = 5.0
"""Silence after which the connection is asked whether it lives; as long again, and it is given up."""
DEADLINE_S: Final = 1.0
AGAIN_S: Final = 0.5
MAX_UNSAID: Final = 2_000
"""Notes kept while the connection is slow. The oldest go first: rows tell what they told."""
_FAULTS: Final = (RedisError, OSError, asyncio.TimeoutError)
Note = dict[str, Any]


class Bus:
    def __init__(self, url: str, name: str, heard: Callable[[str, Note], None], restored: Callable[[], None]) -> None:
        """`heard` gets each note of another process; `restored` is called whenever hearing began (again)."""
        self._url = url
        self._name = name
        self._heard = heard
        self._restored = restored
        self._wanted: set[str] = set()
        self._pubsub: PubSub | None = None
        self._changed = asyncio.Event()
        self._unsaid: collections.deque[tuple[str, str]] = collections.deque(maxlen=MAX_UNSAID)
        self._unsaid_any = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.up = False

    def start(self) -> None:
        for work in (self._hear(), self._say(), self._follow()):
            self._tasks.append(asyncio.create_task(work))

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def say(self, channel: str, note: Note) -> None:
        self._unsaid.append((PREFIX + channel, json.dumps({"from": self._name, "note": note}, separators=(",", ":"))))
        self._unsaid_any.set()

    def listen_to(self, channels: Iterable[str]) -> None:
        """The channels wanted from now on."""
        self._wanted = {PREFIX + one for one in channels}
        self._changed.set()

    def _client(self) -> "Redis":
        # redis-py's own defaults wait 5 s and retry: both are decided here instead
        return Redis.from_url(
            self._url,
            socket_timeout=DEADLINE_S,
            socket_connect_timeout=DEADLINE_S,
            retry=Retry(NoBackoff(), 0),
            max_connections=2,
            protocol=2,
            decode_responses=True,
        )

    async def _hear(self) -> None:
        while True:
            try:
                async with self._client() as client, client.pubsub() as pubsub:
                    await pubsub.subscribe(HEARTBEAT, *self._wanted)
                    self._pubsub, self.up = pubsub, True
                    self._restored()
                    await self._read(pubsub)
            except _FAULTS as fault:
                if self.up:
                    log.warning("bell lost, polling instead", error=type(fault).__name__)
            finally:
                self._pubsub, self.up = None, False
            await asyncio.sleep(AGAIN_S)

    async def _read(self, pubsub: PubSub) -> None:
        """Until the connection is lost, which raises."""
        asked = False
        while True:
            message = await pubsub.get_message(timeout=QUIET_S)
            if message is None:
                if asked:
                    raise TimeoutError("no answer to a ping")
                await pubsub.ping()
                asked = True
                continue
            asked = False
            if message["type"] == "message" and message["channel"] != HEARTBEAT:
                self._take(message["channel"].removeprefix(PREFIX), message["data"])

    def _take(self, channel: str, data: str) -> None:
        try:
            envelope = json.loads(data)
            sender, note = envelope["from"], envelope["note"]
        except (ValueError, KeyError, TypeError):
            log.warning("note not understood", channel=channel)
            return
        if sender != self._name:
            self._heard(channel, note)

    async def _follow(self) -> None:
        """Bring the subscriptions in line with what is wanted. What fails is made good when hearing begins again."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            pubsub = self._pubsub
            if pubsub is None:
                continue
            have = set(pubsub.channels) - pubsub.pending_unsubscribe_channels - {HEARTBEAT}
            new, old = self._wanted - have, have - self._wanted
            try:
                if new:
                    await pubsub.subscribe(*new)
                if old:
                    await pubsub.unsubscribe(*old)
            except _FAULTS as fault:
                log.info("subscription failed", error=type(fault).__name__)

    async def _say(self) -> None:
        async with self._client() as client:
            while True:
                await self._unsaid_any.wait()
                self._unsaid_any.clear()
                while self._unsaid:
                    channel, text = self._unsaid.popleft()
                    try:
                        await client.publish(channel, text)
                    except _FAULTS as fault:
                        self._unsaid.clear()
                        log.info("note not said", error=type(fault).__name__)
