"""Every refusal and failure becomes one kind of answer: problem+json (RFC 9457). Here, once, for every route."""

import json
import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from redis.exceptions import RedisError

from sessions_app import trace
from sessions_app.accounts.access import csrf_failed
from sessions_app.problems import MEDIA_TYPE, TYPE, FieldProblem, Problem, ProblemOut, not_found
from sessions_app.strict import load_json

log = structlog.stdlib.get_logger("nirweb.problems")

TRY_AGAIN: Final = "Try again in a moment."
UPDATE: Final = "Update the app and try again."
MAX_ERRORS: Final = 20

PLAIN: Final = {
    400: ("bad_request", "This could not be understood.", UPDATE),
    401: ("signed_out", "You are signed out.", "Sign in and try again."),
    403: ("forbidden", "You may not do that.", "Sign in as somebody who may."),
    404: ("not_found", "There is nothing here.", "Go back and refresh."),
    405: ("method_not_allowed", "This cannot be done here.", UPDATE),
    409: ("conflict", "This cannot be done as things are now.", "Refresh, and sign out first if you are signed in."),
    413: ("too_large", "This is too large.", "Send less at once."),
    415: ("not_json", "Only application/json is understood here.", UPDATE),
    429: ("too_many", "That was too often.", "Wait a little, then try again."),
    503: ("busy", "The server is busy.", TRY_AGAIN),
}


def plain(status: int) -> Problem:
    """The problem for a status about which nothing more is known."""
    code, detail, next_ = PLAIN.get(status, PLAIN[400] if status < 500 else ("failed", "Something failed here.", TRY_AGAIN))
    return Problem(status, code, detail, next_)


def answer(problem: Problem) -> HttpResponse:
    first = problem.errors[0].field if problem.errors else None
    body = ProblemOut(
        type=TYPE + problem.code,
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        code=problem.code,
        detail=problem.detail,
        next=problem.next or plain(problem.status).next,
        field=problem.field or first,
        errors=problem.errors,
        retry_after_s=problem.retry_after_s,
        trace=trace.current(),
    )
    response = HttpResponse(json.dumps(body.model_dump()), status=problem.status, content_type=MEDIA_TYPE)
    if problem.retry_after_s is not None:
        response["Retry-After"] = str(problem.retry_after_s)
    return response


# ── Exceptions ───────────────────────────────────────────────────────────────────────────────────────────────────────
def problem_of(error: Exception) -> Problem:
    """What a person is told about `error`; 500 for what nobody foresaw."""
    for kind, make in _MAKERS:
        if isinstance(error, kind):
            return make(error)
    return Problem(500, "failed", "Something failed on the server. Nothing of this was kept.", TRY_AGAIN)


def _validation(error: ValidationError) -> Problem:
    errors = [
        FieldProblem(field=_path(found["loc"]), code=str(found["type"]), message=_words(found))
        for found in error.errors[:MAX_ERRORS]
    ]
    return Problem(422, "invalid", "Something that was sent does not fit.", "Correct it and try again.", errors=errors)


def _path(location: tuple[Any, ...]) -> str:
    """`body.data.levels_pct.660` is told as `levels_pct.660`: a caller does not know our parameter's name."""
    parts = [str(part) for part in location]
    if parts[:1] == ["body"]:
        parts = parts[2:] or ["body"]
    return ".".join(parts)[:200]


def _words(found: dict[str, Any]) -> str:
    return str(found["msg"]).removeprefix("Value error, ")[:300]


def _throttled(error: Throttled) -> Problem:
    problem = plain(429)
    problem.retry_after_s = math.ceil(error.wait) if error.wait is not None else None
    return problem


def _conflict(error: IntegrityError) -> Problem:
    return Problem(409, "conflict", "This does not fit with what is already kept.", "Refresh, look at it, and try again.")


def _data(error: DataError) -> Problem:
    return Problem(422, "invalid", "Something that was sent cannot be kept.", "Correct it and try again.")


def too_large() -> Problem:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
    return Problem(413, "too_large", f"This is larger than {limit} MB.", "Send less at once.")


_MAKERS: Final[tuple[tuple[type[Exception], Callable[[Any], Problem]], ...]] = (
    (Problem, lambda error: error),
    (ValidationError, _validation),
    (AuthenticationError, lambda error: plain(401)),
    (Throttled, _throttled),
    (HttpError, lambda error: plain(error.status_code)),
    (Http404, lambda error: not_found()),
    (PermissionDenied, lambda error: plain(403)),
    (RequestDataTooBig, lambda error: too_large()),
    (TooManyFieldsSent, lambda error: too_large()),
    (DisallowedHost, lambda error: Problem(400, "unknown_host", "This server is not known by that name.", _use_origin())),
    (MultiPartParserError, lambda error: plain(400)),
    (BadRequest, lambda error: plain(400)),
    (SuspiciousOperation, lambda error: plain(400)),
    (UnreadablePostError, lambda error: Problem(400, "cut_off", "What was sent broke off.", TRY_AGAIN)),
    (IntegrityError, _conflict),
    (DataError, _data),
    (OperationalError, lambda error: plain(503)),
    (RedisError, lambda error: plain(503)),
)


def _use_origin() -> str:
    return f"Use {settings.ORIGIN}."


def handle(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    problem = problem_of(error if isinstance(error, Exception) else error())
    if problem.status >= 500:
        log.error("failed", status=problem.status, exc_info=error)
    elif isinstance(error, IntegrityError | DataError):
        log.warning("refused by the database", exc_info=error)
    return answer(problem)


def install(api: NinjaAPI) -> None:
    """Every exception of every route of `api` comes here."""
    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, handle)


# ── Outside the API ──────────────────────────────────────────────────────────────────────────────────────────────────
class ProblemMiddleware:
    """Turns what Django itself refuses (an unknown address, a method, a host) into a problem too.

    allauth's answers are JSON of their own, described in its specification, and stay as they are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost as error:
            return handle(request, error)
        response = self.get_response(request)
        if response.status_code < 400 or _told(response):
            return response
        problem = answer(plain(response.status_code))
        for name in ("Allow", "Retry-After"):
            if name in response:
                problem[name] = response[name]
        return problem

    def process_view(self, request: HttpRequest, view: object, args: object, words: object) -> HttpResponse | None:
        """allauth reads its own bodies: what no database keeps must not come so far."""
        if request.path.startswith("/_allauth/"):
            try:
                if request.body:
                    load_json(request.body)
            except (Problem, RequestDataTooBig, UnreadablePostError) as error:
                return handle(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        return handle(request, error)


def _told(response: HttpResponse) -> bool:
    """It says what is wrong already. allauth's 409 and 429 say nothing."""
    kind = response.get("Content-Type", "")
    return kind == MEDIA_TYPE or (kind.startswith("application/json") and response.status_code not in {409, 429})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(csrf_failed())
