"""Where mail can be sent: the link to a new password goes to our own address, once, and says nothing of who has an account."""

import re
import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from sessions_app.accounts.models import User
from tests.conftest import Browser

Browsers = Callable[[User | None], Browser]
AUTH = "/_allauth/browser/v1/auth"


def test_it_mails_a_link_to_our_own_address(alice: User, browser: Browsers) -> None:
    asked = browser(None).send("post", f"{AUTH}/password/request", {"email": alice.email})
    assert asked.status_code == 200
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([alice.email], "A new password for NIRWeb")
    (link,) = re.findall(r"http://\S+", str(sent.body))
    assert re.fullmatch(r"http://localhost:8000/reset/[\w-]+", link)
    done = browser(None).send(
        "post", f"{AUTH}/password/reset", {"key": link.rsplit("/", 1)[-1], "password": "another lamp at night"}
    )
    assert done.status_code in {200, 401}
    signed_in = browser(None).send("post", f"{AUTH}/login", {"email": alice.email, "password": "another lamp at night"})
    assert signed_in.status_code == 200


@pytest.mark.django_db
def test_it_answers_alike_for_who_has_no_account(browser: Browsers) -> None:
    asked = browser(None).send("post", f"{AUTH}/password/request", {"email": "nobody@example.org"})
    assert asked.status_code == 200
    (sent,) = mail.outbox
    assert "http://localhost:8000/join" in str(sent.body)
    assert "reset/" not in str(sent.body)


def test_it_says_when_the_mail_could_not_be_sent(alice: User, browser: Browsers, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
    refused = browser(None).send("post", f"{AUTH}/password/request", {"email": alice.email})
    assert (refused.status_code, refused.json()["code"]) == (503, "mail_failed")


def test_it_tells_when_the_address_is_taken(alice: User, browser: Browsers) -> None:
    refused = browser(None).send("post", f"{AUTH}/signup", {"email": "Alice@Example.org", "password": "a lamp in the evening"})
    assert refused.status_code in {400, 409}
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password123", "dora@example.org"])
def test_it_refuses_a_weak_password_and_names_the_field(browser: Browsers, password: str) -> None:
    refused = browser(None).send("post", f"{AUTH}/signup", {"email": "dora@example.org", "password": password})
    assert refused.status_code == 400
    assert {error["param"] for error in refused.json()["errors"]} == {"password"}
    assert all(error["message"] for error in refused.json()["errors"])
