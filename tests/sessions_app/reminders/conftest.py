"""Alice with a course and a phone, and a push service that takes what is sent to it."""

from collections.abc import Iterator

import pytest

from sessions_app.accounts.models import User
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import push
from tests.patience import PATIENCE_S
from tests.push.browser import BrowserKeys
from tests.push.service import PushService, reached_by_the_sender
from tests.sessions_app.reminders import making


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    monkeypatch.setattr(push, "DEADLINE_S", PATIENCE_S)
    with reached_by_the_sender() as found:
        yield found


@pytest.fixture
def course(alice: User) -> Regimen:
    """Every day at 20:00 in Berlin, ten minutes on the face."""
    return making.a_course(alice)


@pytest.fixture
def keys(alice: User) -> BrowserKeys:
    """Of Alice's phone, which is subscribed."""
    found = BrowserKeys()
    making.a_phone(alice, found)
    return found
