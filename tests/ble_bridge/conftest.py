"""Fixtures shared by the tests of the bridge: one process of virtual panels, as new for each test."""

from collections.abc import Iterator

import pytest

from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, virtual_air


@pytest.fixture(scope="session")
def shared_air() -> Iterator[Air]:
    with virtual_air("home", "demo") as air:
        yield air


@pytest.fixture
def air(shared_air: Air) -> Iterator[Air]:
    """Both panels dark, cool, in range and without faults."""
    for radio in shared_air.radios:
        shared_air.observer(radio).clear()
    yield shared_air
    for radio in shared_air.radios:
        shared_air.observer(radio).clear()


@pytest.fixture
def observer(air: Air) -> Observer:
    """What the lamp of radio "home" truly does."""
    return air.observer()
