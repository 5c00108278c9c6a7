"""Reminders on this phone: the server's key, the person's phones, a test, and putting one off."""

from typing import Annotated, Literal
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import AfterValidator, Field

from sessions_app import clock
from sessions_app.accounts.access import person
from sessions_app.panels.phone_auth import device_of
from sessions_app.problems import Problem, refuses
from sessions_app.reminders import browser_keys, endpoint, services, vapid
from sessions_app.reminders.models import Subscription
from sessions_app.strict import Day, Instant, Schema
from sessions_app.throttle import Rate

log = structlog.stdlib.get_logger(__name__)
router = Router(tags=["reminders"])

Endpoint = Annotated[str, Field(min_length=1, max_length=endpoint.MAX_LENGTH)]


class KeyOut(Schema):
    key: str = Field(description="What the browser subscribes with (applicationServerKey), base64url.")
    apple: bool = Field(description="False: Apple's push service would refuse this server, until NIRWEB_PUSH_SUBJECT is set.")


class KeysIn(Schema):
    p256dh: Annotated[str, Field(max_length=100), AfterValidator(browser_keys.public)]
    auth: Annotated[str, Field(max_length=40), AfterValidator(browser_keys.secret)]


class SubscriptionIn(Schema):
    """As `PushSubscription.toJSON()` gives it, and how this phone shows reminders."""

    endpoint: Endpoint
    keys: KeysIn
    name: Annotated[str, Field(max_length=80)] | None = Field(default=None, description="Left out: as it was.")
    hide_details: bool | None = Field(default=None, description="Left out: as it was.")
    replaces: Endpoint | None = Field(default=None, description="The endpoint that this one takes the place of.")


class SubscriptionOut(Schema):
    id: UUID
    name: str
    hide_details: bool
    here: bool = Field(description="Made in the sign-in that asks.")
    since: Instant
    sent_at: Instant | None = Field(description="When the push service last took a message.")
    trouble: Literal["", "refused", "unreachable"] = Field(description="How the last message fared.")


class TestIn(Schema):
    subscription_id: UUID


class TestOut(Schema):
    tag: str = Field(description="Of the notification that will be shown.")


class SnoozeIn(Schema):
    regimen_id: UUID
    day: Day = Field(description="The local date of the occurrence.")
    minutes: Literal[10, 60]
    asked_at: Instant | None = Field(default=None, description="When the person said so, where the phone could not tell it then.")


class SnoozeOut(Schema):
    due_at: Instant


@router.get("/reminders/key", response=KeyOut)
def reminder_key(request: HttpRequest) -> KeyOut:
    """The key that this server's messages are signed with."""
    return KeyOut(key=vapid.public_key(), apple=settings.PUSH_SUBJECT is not None)


@router.get("/reminders/subscriptions", response=list[SubscriptionOut])
def reminder_phones(request: HttpRequest) -> list[SubscriptionOut]:
    """The person's phones that are reminded."""
    return [_out(request, one) for one in services.of(person(request))]


@router.post(
    "/reminders/subscriptions", response={201: SubscriptionOut, **refuses(409, 422)}, throttle=[Rate("subscribe", 30, per_s=60)]
)
def remind_here(request: HttpRequest, wanted: SubscriptionIn) -> Status[SubscriptionOut]:
    """Remind me on this phone. Told again, it only brings up to date what is known of it."""
    phone = services.Phone(
        endpoint=wanted.endpoint, p256dh=wanted.keys.p256dh, auth=wanted.keys.auth, name=wanted.name,
        hide_details=wanted.hide_details, replaces=wanted.replaces,
    )  # fmt: skip
    return Status(201, _out(request, services.subscribe(person(request), _here(request), phone)))


@router.delete("/reminders/subscriptions/{subscription_id}", response={204: None, **refuses(404)})
def remind_no_more(request: HttpRequest, subscription_id: UUID) -> Status[None]:
    """No reminders on that phone any more."""
    services.unsubscribe(person(request), subscription_id)
    return Status(204, None)


@router.post("/reminders/test", response={202: TestOut, **refuses(404, 503)}, throttle=[Rate("test-push", 10, per_s=60)])
def test_reminder(request: HttpRequest, wanted: TestIn) -> Status[TestOut]:
    """Send a test message to one of my phones, the way reminders go."""
    delivery = services.test(person(request), wanted.subscription_id, clock.now().wall)
    if not _given_to_the_worker():
        delivery.delete()
        raise Problem(503, "no_worker", "The server's part that sends reminders is not running.", "Try again later.")
    return Status(202, TestOut(tag=delivery.occurrence.hex))


@router.post("/reminders/snooze", response={202: SnoozeOut, **refuses(404, 409)}, throttle=[Rate("snooze", 30, per_s=60)])
def snooze_reminder(request: HttpRequest, wanted: SnoozeIn) -> Status[SnoozeOut]:
    """Remind me again, later."""
    at = services.snooze(person(request), wanted.regimen_id, wanted.day, wanted.minutes, clock.now().wall, wanted.asked_at)
    return Status(202, SnoozeOut(due_at=at))


def _given_to_the_worker() -> bool:
    """Whether the broker took it. Celery is loaded for this one request, not for all that a web process does."""
    from kombu.exceptions import OperationalError

    from sessions_app.reminders import tasks

    try:
        if settings.REDIS_URL is not None:
            tasks.deliver.delay()
    except OperationalError:
        return False
    return settings.REDIS_URL is not None


def _here(request: HttpRequest) -> str:
    return device_of(request.session.session_key or "")


def _out(request: HttpRequest, one: Subscription) -> SubscriptionOut:
    return SubscriptionOut.model_validate(
        {
            "id": one.pk, "name": one.name, "hide_details": one.hide_details, "here": one.signed_in == _here(request),
            "since": one.stored_at, "sent_at": one.sent_at, "trouble": one.trouble,
        }
    )  # fmt: skip
