"""The bridge's side of RFC 8628: two form endpoints, as the standard has them, with the standard's own errors."""

import json
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauthlib.common import urlencode
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error

from sessions_app.panels.enrolment import grant, rules, services
from sessions_app.problems import Problem
from sessions_app.throttle import Rate

FORM = "application/x-www-form-urlencoded"
_asks = Rate("enrol-ask", 30, per_s=60)
_polls = Rate("enrol-token", 120, per_s=60)


# No cookie says who calls these: the codes and tokens in the body do.
@csrf_exempt
@require_POST
def device(request: HttpRequest) -> HttpResponse:
    """Device authorization. Beside the standard's fields a bridge may say its `name`, its `software` and its `former` id."""
    _limit(_asks, request)
    try:
        form = _form(request)
        headers, told, status = grant.device_endpoint().create_device_authorization_response(*_for_oauthlib(request, form))
    except OAuth2Error as error:
        return _refused(error)
    if status != 200:
        return _answer(headers, told, status)
    asked = services.ask(
        told["device_code"], form.get("name", ""), form.get("software", ""), form.get("former", ""), timezone.now()
    )
    told["user_code"] = rules.shown(asked.user_code)
    told["verification_uri_complete"] = f"{told['verification_uri']}?code={told['user_code']}"
    return _answer(headers, told, status)


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Tokens for an approved device code, or for a refresh token."""
    _limit(_polls, request)
    try:
        return _answer(*grant.token_endpoint().create_token_response(*_for_oauthlib(request, _form(request))))
    except OAuth2Error as error:
        return _refused(error)


def _limit(rate: Rate, request: HttpRequest) -> None:
    if not rate.allow_request(request):
        raise Problem(429, "too_many", "That was too often.", "Wait a little, then try again.", retry_after_s=ceil(rate.wait()))


def _form(request: HttpRequest) -> QueryDict:
    if request.content_type != FORM:
        raise InvalidRequestError(f"Content-Type must be {FORM}")
    for name in request.POST:
        if len(request.POST.getlist(name)) > 1:
            raise InvalidRequestError(f"Duplicate {name[:40]} parameter.")
    return request.POST


def _for_oauthlib(request: HttpRequest, form: QueryDict) -> tuple[str, str, str, dict[str, str]]:
    """Address, method, body and headers. The query is left out: nothing secret may stand in an address."""
    body = urlencode([(name, value) for name, value in form.items()])
    return request.path, "POST", body, {"Content-Type": FORM}


def _answer(headers: dict[str, str], body: Any, status: int) -> HttpResponse:
    text = body if isinstance(body, str) else json.dumps(body)
    return HttpResponse(text, status=status, headers={"Content-Type": "application/json", **headers})


def _refused(error: OAuth2Error) -> HttpResponse:
    return _answer(error.headers, dict(error.twotuples), error.status_code)
