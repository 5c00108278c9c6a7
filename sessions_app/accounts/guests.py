"""A guest who signs in or up stops being one, without having to leave first."""

from collections.abc import Callable
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

ENTRANCES: Final = frozenset({"/_allauth/browser/v1/auth/login", "/_allauth/browser/v1/auth/signup"})


class GuestMiddleware:
    """allauth refuses who is signed in already; at the entrances a guest counts as nobody.

    The guest's session is only replaced when the sign-in succeeds: who mistypes a password stays in the demo.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in ENTRANCES and request.user.is_authenticated and request.user.guest:
            request.user = AnonymousUser()
        return self.get_response(request)
