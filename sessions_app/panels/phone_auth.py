"""Who is at the other end of a phone's line: the session cookie, and an Origin that is ours."""

import hashlib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from sessions_app.accounts.models import Membership, User
from sessions_app.panels.line import Scope


@dataclass(frozen=True, slots=True)
class Who:
    user_id: UUID
    household_ids: tuple[UUID, ...]
    device: str
    """Names the signed-in device; a ticket made for one is no good on another."""
    session_key: str
    guest: bool

    @property
    def scopes(self) -> tuple[UUID, ...]:
        return (self.user_id, *self.household_ids)


def origin_allowed(scope: Scope) -> bool:
    """Browsers say where a page came from, and other pages' sockets carry our cookie: exactly one Origin, one of ours."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    return len(origins) == 1 and origins[0].decode("latin-1") in settings.ORIGINS


def session_key(scope: Scope) -> str | None:
    """What the session cookie says; None without one."""
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        morsel = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel is not None and morsel.value else None


def device_of(key: str) -> str:
    """A name for the signed-in device that tells nothing of its session key."""
    return hashlib.sha256(f"nirweb device {key}".encode()).hexdigest()[:32]


def who(key: str) -> Who | None:
    """The person whose session this is; None when there is none, or it no longer counts."""
    user = _user_of(key)
    if user is None:
        return None
    households = Membership.objects.filter(user=user).order_by("since", "id").values_list("household_id", flat=True)
    return Who(user.pk, tuple(households), device_of(key), key, user.guest)


def still_valid(known: Who) -> bool:
    """True while the same person is signed in there, in the same households."""
    now = who(known.session_key)
    return now is not None and now.user_id == known.user_id and set(now.household_ids) == set(known.household_ids)


def _user_of(key: str) -> User | None:
    session: SessionBase = importlib.import_module(settings.SESSION_ENGINE).SessionStore(session_key=key)
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user_id = session.get(SESSION_KEY)
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None or user.is_over(timezone.now()):
        return None
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user if _one_of(session.get(HASH_SESSION_KEY) or "", hashes) else None


def _one_of(given: str, hashes: Iterable[str]) -> bool:
    return any(constant_time_compare(given, one) for one in hashes)
