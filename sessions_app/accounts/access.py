"""Who may call a route: a signed-in person, unless the route says `auth=anyone`, or `auth=None` with a reason beside it."""

from typing import Final, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie
from ninja.utils import check_csrf

from sessions_app.accounts.models import User
from sessions_app.problems import Problem

RENEWED: Final = "renewed_on"


class SignedIn(APIKeyCookie):
    """The session cookie, and for everything that changes something the CSRF header X-CSRFToken."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        # who is signed out is told that first: a missing token is then no riddle
        if not request.user.is_authenticated or request.user.is_over(timezone.now()):
            return None
        check_origin(request)
        _renew(request)
        return request.user


def _renew(request: HttpRequest) -> None:
    """Who uses the app stays signed in: once a day the session's end is put off again. Not by a stop: it waits for no write."""
    if request.path.endswith("/stop"):
        return
    today = timezone.now().date().isoformat()
    if request.session.get(RENEWED) != today:
        request.session[RENEWED] = today


class Anyone(APIKeyCookie):
    """Nobody need be signed in, but the request must come from our own page."""

    param_name = settings.CSRF_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | AnonymousUser:
        check_origin(request)
        return request.user


def check_origin(request: HttpRequest) -> None:
    """Raises `Problem` 403 where Django's CSRF check refuses."""
    if check_csrf(request) is not None:
        raise csrf_failed()


def csrf_failed() -> Problem:
    return Problem(403, "csrf_failed", "It could not be shown that this came from the app.", "Reload the app and try again.")


def person(request: HttpRequest) -> User:
    """Who is signed in, behind `SignedIn`."""
    return cast(User, request.user)


anyone = Anyone()
