"""Ring: tell whoever holds a line, in this process or another, that there is something. The database row stays the truth.

May be called from any thread and any process, also from a worker. It never waits long, and failing only means that the slow poll
finds the row. Channels: `bridge:<id>` for the line of one bridge, `scope:<id>` for the phones of one person or household.
"""

import functools
import json
from uuid import UUID

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from ble_bridge.contract import wire
from sessions_app.panels import hub

log = structlog.stdlib.get_logger(__name__)


def bridge(bridge_id: UUID) -> str:
    return f"bridge:{bridge_id}"


def scope(scope_id: UUID) -> str:
    """The phones of a person, or of a household: the id is the user's or the household's."""
    return f"scope:{scope_id}"


def say(channel: str, note: hub.Note) -> None:
    """Give the note to everyone who listens to the channel. Errors are logged, never raised."""
    here = hub.running()
    if here is not None:
        here.say_from_any_thread(channel, note)
        return
    client = _client()
    if client is None:
        return
    try:
        client.publish(hub.PREFIX + channel, json.dumps({"from": "", "note": note}))
    except redis.RedisError as error:
        log.warning("bell not heard", error=type(error).__name__)


def ring(bridge_id: UUID, command_id: UUID, trace: str) -> None:
    """A command waits for this bridge."""
    send(bridge_id, wire.Ring(command_id=command_id, trace=trace))


def send(bridge_id: UUID, message: wire.Message) -> None:
    """Give a message to the bridge as it is, if its line is open."""
    say(bridge(bridge_id), sent(message))


def sent(message: wire.Message) -> hub.Note:
    """The note that a bridge's line sends on as it is."""
    return {"send": message.model_dump(mode="json")}


def close(bridge_id: UUID, code: int, reason: str) -> None:
    """Close the bridge's line, after what was sent before."""
    say(bridge(bridge_id), {"close": code, "reason": reason})


@functools.cache
def _client() -> "redis.Redis | None":
    """For processes without a hub. Short deadlines, and a pool that cannot grow."""
    if settings.REDIS_URL is None:
        return None
    never = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, max_connections=4, retry=never
    )
