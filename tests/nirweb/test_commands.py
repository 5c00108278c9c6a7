"""The small commands of the shell."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from nirweb.management.commands import pair_demo
from sessions_app.accounts.models import User
from sessions_app.panels.enrolment import services
from sessions_app.panels.models import Bridge
from tests.conftest import Browser
from tests.factories import PASSWORD

AUTH = "/_allauth/browser/v1/auth"


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_a_reset_link_sets_a_new_password_once(alice: User) -> None:
    told = run("reset_link", "ALICE@example.org")
    link = told.splitlines()[0]
    assert link.startswith("http://localhost:8000/reset/")
    assert "█" in told  # the same as a QR code
    key = link.rsplit("/", 1)[-1]
    phone, new = Browser(), "another lamp, another evening"
    done = phone.send("post", f"{AUTH}/password/reset", {"key": key, "password": new})
    assert done.status_code in {200, 401}, done.content
    assert phone.send("post", f"{AUTH}/login", {"email": alice.email, "password": PASSWORD}).status_code == 400
    assert phone.send("post", f"{AUTH}/login", {"email": alice.email, "password": new}).status_code == 200
    again = Browser().send("post", f"{AUTH}/password/reset", {"key": key, "password": "a third one, a third one"})
    assert again.status_code == 400


@pytest.mark.django_db
def test_a_reset_link_is_for_somebody_who_is_there() -> None:
    with pytest.raises(CommandError, match="Nobody signs in with"):
        run("reset_link", "nobody@example.org")


@pytest.mark.django_db
def test_it_lets_the_demo_bridge_in_by_its_code_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_demo, "PATIENCE_S", 0.1)
    code = services.ask("device", "Demo bridge", "", "", timezone.now()).user_code
    with pytest.raises(CommandError, match="in vain for the demo's bridge to connect"):
        run("pair_demo", "--code", code)
    assert Bridge.objects.get().household.demo
    with pytest.raises(CommandError, match="No bridge is waiting"):
        run("pair_demo", "--code", code)
