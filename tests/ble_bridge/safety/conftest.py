"""Rigs as fixtures, on the product's own bridge: one for all tests of a module, or its own for a test that kills it.

A module uses one of them or the other: two bridges cannot use one radio.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.ble_bridge.air import Air
from tests.ble_bridge.safety.rig import Rig, open_rig


@pytest.fixture
async def own_rig(tmp_path: Path, air: Air) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, air) as rig:
        yield rig


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_rig(tmp_path_factory: pytest.TempPathFactory, shared_air: Air) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path_factory.mktemp("bridge"), shared_air) as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="module")
async def rig(module_rig: Rig) -> Rig:
    await module_rig.as_new()
    return module_rig
