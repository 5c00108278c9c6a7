"""Judges by the lamp's true light alone. What bridge or server say is never asked."""

import asyncio
import time

from ble_bridge.virtual.light import Span
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import lit
from tests.patience import PATIENCE_S


class LightError(AssertionError):
    """The lamp shone when it must not, or not when it should."""


def the_span(observer: Observer) -> Span:
    """The one time that the lamp was on."""
    spans = observer.spans()
    if len(spans) != 1:
        raise LightError(f"lit {len(spans)} times: {spans}")
    return spans[0]


def must_be_dark_so_far(observer: Observer) -> None:
    if spans := observer.spans():
        raise LightError(f"lit though it must not be: {spans}")


async def must_be_lit(observer: Observer, within_s: float = PATIENCE_S) -> None:
    """Not a matter of safety: without light there is nothing to judge, so this is no `LightError`."""
    deadline_s = time.monotonic() + within_s
    while not lit(observer.state()):
        assert time.monotonic() < deadline_s, f"not lit within {within_s} s: nothing to judge"
        await asyncio.sleep(0.02)


async def must_be_dark(observer: Observer, *, by_s: float, since: str) -> None:
    """Dark at `by_s` of CLOCK_MONOTONIC, and still dark a little later."""
    await asyncio.sleep(max(0.0, by_s - time.monotonic()) + 0.1)
    spans = observer.spans()
    assert spans, "never lit: nothing to judge"
    off_s = spans[-1].off_s
    if off_s is None or off_s > by_s:
        late = "still lit" if off_s is None else f"{off_s - by_s:.2f} s too late"
        raise LightError(f"must be dark by the end of {since}: {late}")


def latest_off_s(observer: Observer) -> float:
    off_s = observer.spans()[-1].off_s
    if off_s is None:
        raise LightError("still lit")
    return off_s
