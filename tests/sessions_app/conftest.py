"""A bridge and a panel in Alice's home, and Alice ready to start."""

import pytest

from sessions_app.accounts.models import Household, User
from sessions_app.panels.models import Bridge, Panel
from tests.sessions_app import scene


@pytest.fixture
def a_bridge(household: Household) -> Bridge:
    return scene.a_bridge(household)


@pytest.fixture
def a_panel(a_bridge: Bridge) -> Panel:
    return scene.a_panel(a_bridge)


@pytest.fixture
def ready(alice: User) -> User:
    """Alice, who answered the health questions."""
    scene.answers(alice)
    return alice
