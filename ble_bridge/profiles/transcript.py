"""Transcripts: orders in, exact bytes out, notifications in, state out; they accompany a profile [F60]. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from ble_bridge.drivers.driver import Driver, Exchange
from ble_bridge.profiles import text
from ble_bridge.profiles.compiler import full_uuid
from ble_bridge.profiles.faults import Fault, ProfileError, of_validation
from ble_bridge.profiles.source import Lines
from ble_bridge.profiles.words import Uuid, Word
from ble_bridge.run_words import Report

Hex = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2} ?)*$", description="bytes as two hex digits each")]
OrderWord = Literal["start", "stop", "emergency_stop", "levels", "keep_alive", "query", "identify"]
SHOWN = ("running", "token", "levels_pct", "remaining_s", "temperature_c", "ended", "fault", "blinking")


class Step(Word):
    """An order and its writes, or a notification and what is believed of it."""

    order: OrderWord | None = None
    token: int = 1
    duration_s: int = 600
    deadman_ms: int = 3000
    levels_pct: dict[str, int] = {}
    to: Uuid | None = None
    writes: list[Hex] | None = None
    refused: str | None = None
    """The order cannot be said, and this stands in the reason."""
    heard: Hex | None = None
    at: Uuid | None = None
    state: dict[str, Any] | Literal["nothing"] | None = None


class Transcript(Word):
    profile: str
    wavelengths_nm: list[int] = []
    information: Hex = ""
    step: list[Step] = Field(min_length=1)


def read(content: bytes, source: str) -> tuple[Transcript, Lines]:
    """Raises ProfileError."""
    decoded, data = text.read(content, source)
    lines = Lines.of(decoded)
    try:
        return Transcript.model_validate(data), lines
    except ValidationError as error:
        raise ProfileError(source, of_validation(error, Transcript), lines) from error


def differences(transcript: Transcript, driver: Driver) -> Iterator[Fault]:
    """Where the driver does not do what is written; empty when it does."""
    for index, step in enumerate(transcript.step):
        wrong = _order(step, driver) if step.order is not None else _hearing(step, driver)
        if wrong:
            yield Fault(("step", index), wrong)


def _levels(step: Step) -> dict[int, int]:
    return {int(nm): pct for nm, pct in step.levels_pct.items()}


def ask(driver: Driver, step: Step) -> Exchange | None:
    """The exchange of an order. Raises ValueError for what the wire cannot say."""
    orders: Mapping[str, Callable[[], Exchange | None]] = {
        "start": lambda: driver.start(step.token, step.duration_s, step.deadman_ms, _levels(step)),
        "stop": driver.stop,
        "emergency_stop": driver.emergency_stop,
        "levels": lambda: driver.set_levels(step.token, _levels(step)),
        "keep_alive": lambda: driver.keep_alive(step.token),
        "query": driver.query,
        "identify": driver.identify,
    }
    return orders[step.order or "stop"]()


def _order(step: Step, driver: Driver) -> str:
    try:
        exchange = ask(driver, step)
    except ValueError as error:
        if step.refused is not None and step.refused in str(error):
            return ""
        return f"`{step.order}` cannot be said: {error}"
    if step.refused is not None:
        return f"`{step.order}` was to be refused, and is not"
    wanted = [bytes.fromhex(write) for write in step.writes or ()]
    made = [] if exchange is None else [exchange.payload, *exchange.more]
    if made != wanted:
        return f"`{step.order}` writes {hexes(made)}, and not {hexes(wanted)}"
    if step.to is not None and exchange is not None and exchange.characteristic != full_uuid(step.to):
        return f"`{step.order}` goes to {exchange.characteristic}"
    return ""


def _hearing(step: Step, driver: Driver) -> str:
    if step.heard is None:
        return "the step has neither `order` nor `heard`: write one of them"
    payload = bytes.fromhex(step.heard)
    at = full_uuid(step.at) if step.at else next(iter(driver.subscriptions), driver.status)
    if at is None:
        return "this panel says nothing that could be `heard`: leave the step out"
    said = driver.hear(at, payload)
    shown = state(said) if isinstance(said, Report) else {}
    if step.state in (None, "nothing"):
        return f"{payload.hex(' ')} is taken for {shown}, and means nothing" if shown else ""
    wanted = dict(step.state) if isinstance(step.state, dict) else {}
    differ = {key: shown.get(key) for key in wanted if _plain(shown.get(key)) != _plain(wanted[key])}
    return f"{payload.hex(' ')} says {differ or 'nothing'}, and not {wanted}" if differ or not shown else ""


def state(report: Report) -> dict[str, Any]:
    """What a report says, without what it does not."""
    said = {name: getattr(report, name) for name in SHOWN}
    return {name: value for name, value in said.items() if value is not None and (value is not False or name == "running")}


def _plain(value: Any) -> Any:
    return {str(key): one for key, one in value.items()} if isinstance(value, Mapping) else value


def hexes(writes: Sequence[bytes]) -> str:
    return ", ".join(write.hex(" ").upper() for write in writes) or "nothing"
