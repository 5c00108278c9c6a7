"""The phones that a person is signed in on [Y56]."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from sessions_app.accounts.models import User
from sessions_app.panels import doorbell
from sessions_app.sync.models import Device
from tests import factories
from tests.conftest import Browser

AUTH = "/_allauth/browser/v1/auth"


class OwnPhone(Browser):
    """Signed in as a person does it, and syncing under a device id of its own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.device = str(uuid4())
        done = self.ask("post", f"{AUTH}/login", {"email": "alice@example.org", "password": factories.PASSWORD})
        assert done.status_code == 200, done.content

    def ask(self, method: str, path: str, body: object = None) -> Any:
        return self.send(method, path, body, HTTP_USER_AGENT=self.name)

    def sync(self) -> int:
        body = {"device": self.device, "schema": 1, "epoch": None, "cursor": None, "limit": 100, "ops": []}
        return int(self.ask("post", "/api/sync", body).status_code)

    @property
    def session_key(self) -> str:
        return str(self.cookies[settings.SESSION_COOKIE_NAME].value)


@pytest.fixture
def phones(alice: User) -> tuple[OwnPhone, OwnPhone]:
    mine, lost = OwnPhone("Mine"), OwnPhone("Lost")
    assert (mine.sync(), lost.sync()) == (200, 200)
    return mine, lost


def listed(phone: OwnPhone) -> list[dict[str, object]]:
    return list(phone.ask("get", "/api/phones").json())


def id_of(phone: OwnPhone, name: str) -> object:
    return next(one["id"] for one in listed(phone) if one["user_agent"] == name)


def test_it_lists_where_i_am_signed_in_and_nobody_else(phones: tuple[OwnPhone, OwnPhone], bob: User) -> None:
    factories.signed_in(bob)
    mine, _ = phones
    assert [(one["user_agent"], one["current"]) for one in listed(mine)] == [("Mine", True), ("Lost", False)]


def test_Y56_a_removed_phone_is_signed_out_at_once_and_its_lines_are_told(
    phones: tuple[OwnPhone, OwnPhone],
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    mine, lost = phones
    said: list[object] = []
    monkeypatch.setattr(doorbell, "say", lambda channel, note: said.append((channel, note)))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert mine.ask("delete", f"/api/phones/{id_of(mine, 'Lost')}").status_code == 204
    assert (doorbell.scope(alice.pk), {"recheck": True}) in said
    assert lost.sync() == 401
    assert not Session.objects.filter(session_key=lost.session_key).exists()
    assert Device.objects.get(device=lost.device).revoked_at is not None
    assert Device.objects.get(device=mine.device).revoked_at is None
    assert [one["user_agent"] for one in listed(mine)] == ["Mine"]
    # signed in anew it is a phone like any other, under a new device id
    again = OwnPhone("Lost")
    again.device = lost.device
    assert again.sync() == 403
    again.device = str(uuid4())
    assert again.sync() == 200


def test_it_does_not_remove_the_phone_that_asks(phones: tuple[OwnPhone, OwnPhone]) -> None:
    mine, _ = phones
    refused = mine.ask("delete", f"/api/phones/{id_of(mine, 'Mine')}")
    assert refused.status_code == 409
    assert refused.json()["code"] == "this_phone"
    assert mine.sync() == 200


def test_a_device_that_also_syncs_here_is_not_revoked(phones: tuple[OwnPhone, OwnPhone]) -> None:
    """One browser that was signed in twice: the older sign-in is removed, the device goes on."""
    mine, lost = phones
    lost.device = mine.device
    assert lost.sync() == 200
    assert mine.ask("delete", f"/api/phones/{id_of(mine, 'Lost')}").status_code == 204
    assert mine.sync() == 200


def test_who_signed_out_is_not_listed(phones: tuple[OwnPhone, OwnPhone]) -> None:
    mine, lost = phones
    assert lost.ask("delete", f"{AUTH}/session").status_code == 401
    assert [one["user_agent"] for one in listed(mine)] == ["Mine"]
