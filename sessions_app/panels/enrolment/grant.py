"""oauthlib's RFC 8628 and RFC 6749 machinery, over our rows. The client is one and public: every bridge."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from oauthlib.common import Request
from oauthlib.oauth2 import BearerToken, RequestValidator
from oauthlib.oauth2.rfc6749.endpoints.token import TokenEndpoint
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError
from oauthlib.oauth2.rfc6749.grant_types import RefreshTokenGrant
from oauthlib.oauth2.rfc8628.endpoints.device_authorization import DeviceAuthorizationEndpoint
from oauthlib.oauth2.rfc8628.errors import AccessDenied, AuthorizationPendingError, ExpiredTokenError, SlowDownError
from oauthlib.oauth2.rfc8628.grant_types import DeviceCodeGrant

from sessions_app.panels.enrolment import services, tokens
from sessions_app.panels.enrolment.models import Enrolment
from sessions_app.panels.models import Bridge

CLIENT_ID: Final = "nirweb-bridge"
SCOPE: Final = "bridge"
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_GRANT: Final = "refresh_token"


@dataclass(frozen=True)
class BridgeClient:
    client_id: str = CLIENT_ID


class Validator(RequestValidator):
    """What oauthlib asks, answered for the one public client and the one scope."""

    def validate_client_id(self, client_id: str, request: Request, *_: Any, **__: Any) -> bool:
        return self.authenticate_client_id(client_id, request)

    def authenticate_client_id(self, client_id: str, request: Request, *_: Any, **__: Any) -> bool:
        request.client = BridgeClient()
        return client_id == CLIENT_ID

    def client_authentication_required(self, request: Request, *_: Any, **__: Any) -> bool:
        return False

    def validate_grant_type(self, client_id: str, grant_type: str, client: Any, request: Request, *_: Any, **__: Any) -> bool:
        return grant_type in {DEVICE_GRANT, REFRESH_GRANT}

    def validate_scopes(self, client_id: str, scopes: list[str], client: Any, request: Request, *_: Any, **__: Any) -> bool:
        return scopes == [SCOPE]

    def get_default_scopes(self, client_id: str, request: Request, *_: Any, **__: Any) -> list[str]:
        return [SCOPE]

    def get_original_scopes(self, refresh_token: str, request: Request, *_: Any, **__: Any) -> list[str]:
        return [SCOPE]

    def rotate_refresh_token(self, request: Request) -> bool:
        return True

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Request, *_: Any, **__: Any) -> bool:
        request.bridge = tokens.exchange(refresh_token, timezone.now())
        return request.bridge is not None

    def save_bearer_token(self, token: dict[str, Any], request: Request, *_: Any, **__: Any) -> None:
        tokens.keep(request.bridge, token["access_token"], token["refresh_token"], timezone.now())


def approved(request: Request) -> None:
    """Before a device code buys tokens: was it approved? Raises the errors of RFC 8628, 3.5."""
    code = getattr(request, "device_code", None)
    if not code:
        raise InvalidRequestError("Missing device_code parameter.", request=request)
    now = timezone.now()
    enrolment = services.polled(code, now)
    if enrolment is None:
        raise InvalidGrantError(request=request)
    request.bridge = _bridge_of(enrolment, request, now)


def _bridge_of(enrolment: Enrolment, request: Request, now: datetime) -> Bridge:
    if enrolment.state == Enrolment.State.DENIED:
        raise AccessDenied(request=request)
    if enrolment.expires_at <= now:
        raise ExpiredTokenError(request=request)
    if enrolment.polled_at is not None and now - enrolment.polled_at < services.POLL_EVERY - services.EARLY:
        raise SlowDownError(request=request)
    if enrolment.state == Enrolment.State.ASKED:
        raise AuthorizationPendingError(request=request)
    bridge = services.use(enrolment)
    if bridge is None:
        raise InvalidGrantError(request=request)
    return bridge


def device_endpoint() -> DeviceAuthorizationEndpoint:
    """Makes the device code; the user code is made where the request is kept."""
    return DeviceAuthorizationEndpoint(
        Validator(),
        verification_uri=f"{settings.ORIGIN}/link",
        expires_in=int(services.LIFE.total_seconds()),
        interval=int(services.POLL_EVERY.total_seconds()),
        user_code_generator=lambda: secrets.token_hex(4),
    )


def token_endpoint() -> TokenEndpoint:
    validator = Validator()
    bearer = BearerToken(
        validator,
        token_generator=lambda request: tokens.new_token(),
        refresh_token_generator=lambda request: tokens.new_token(),
        expires_in=int(tokens.ACCESS_LIFE.total_seconds()),
    )
    grants = {
        DEVICE_GRANT: DeviceCodeGrant(validator, post_token=[approved]),
        REFRESH_GRANT: RefreshTokenGrant(validator),
    }
    return TokenEndpoint(default_grant_type=DEVICE_GRANT, default_token_type=bearer, grant_types=grants)
