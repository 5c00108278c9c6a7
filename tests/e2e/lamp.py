"""The lamp's true light, as tests of the whole product judge by it."""

import time

from ble_bridge.virtual.observer import Observer
from tests.patience import PATIENCE_S


def lit(observer: Observer) -> dict[int, int]:
    """Levels in per cent by wavelength in nm, of what truly gives light now."""
    return {nm: level for nm, level in observer.state()["light"].items() if level}


def goes_dark(observer: Observer, *, within_s: float = PATIENCE_S) -> float:
    """Seconds until it was dark."""
    started_s = time.monotonic()
    while lit(observer):
        assert time.monotonic() - started_s < within_s, f"still lit: {lit(observer)}"
        time.sleep(0.01)
    return time.monotonic() - started_s


def stays_lit(observer: Observer, *, for_s: float) -> None:
    started_s = time.monotonic()
    while time.monotonic() - started_s < for_s:
        assert lit(observer), f"dark after {time.monotonic() - started_s:.1f} s"
        time.sleep(0.05)


def stays_dark(observer: Observer, *, for_s: float) -> None:
    started_s = time.monotonic()
    while time.monotonic() - started_s < for_s:
        assert not lit(observer), f"lit after {time.monotonic() - started_s:.1f} s"
        time.sleep(0.05)


def comes_on(observer: Observer, *, within_s: float = PATIENCE_S) -> None:
    observer.wait_until(lambda state: any(state["light"].values()), within_s=within_s)
