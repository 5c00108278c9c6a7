"""Logs: one line for each event, as text or JSON, with the trace of the request. No health data, no tokens, no addresses.

What is logged of a request is its route (`/api/panels/{panel_id}`), never its path, query or body.
"""

import logging
import logging.config
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, Final

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, Processor, WrappedLogger

from sessions_app import trace

SECRET_WORDS: Final = ("password", "token", "secret", "cookie", "authorization", "ticket", "user_code", "device_code", "email")
POLLED: Final = frozenset({"healthz", "readyz"})
"""Asked every moment by whoever watches the server; what is missing is logged by itself."""
log = structlog.stdlib.get_logger("nirweb.request")


class TraceMiddleware:
    """Gives each request its trace, answers with it, and logs how the request ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        bound = trace.accepted(request.headers.get(trace.HEADER))
        trace.bind(bound)
        begun = time.monotonic()
        response = self.get_response(request)
        response[trace.HEADER] = bound
        taken_ms = round((time.monotonic() - begun) * 1000, 1)
        route = route_of(request)
        say = log.debug if route in POLLED else log.warning if response.status_code >= 500 else log.info
        say("request", method=request.method, route=route, status=response.status_code, taken_ms=taken_ms)
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern that the request matched; a path may hold what nobody should read."""
    return request.resolver_match.route if request.resolver_match else "none"


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG. `options`: `form` is "text" or "json", `debug` says more."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
        bare_exception,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer() if options["form"] == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    logging.config.dictConfig(_tables(shared, last, "DEBUG" if options["debug"] else "INFO"))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _tables(shared: list[Processor], last: Processor, level: str) -> dict[str, Any]:
    ours = {"level": level}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["out"], "level": "INFO"},
        "loggers": {
            "nirweb": ours,
            "sessions_app": ours,
            # our own line says it, without the path
            "uvicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            "nirweb.websocket": {"level": "WARNING"},
            "uvicorn": {"level": "INFO", "handlers": [], "propagate": True},
            "uvicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "django.request": {"level": "CRITICAL"},
            "django.security": {"level": "CRITICAL"},
            "asyncio": {"level": "WARNING"},
        },
    }


def without_secrets(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """The value of a field whose name says that it is secret never reaches a log."""
    event.pop("color_message", None)  # uvicorn says the same again for terminals
    for key in event:
        if any(word in key.lower() for word in SECRET_WORDS):
            event[key] = "(kept out)"
    return event


def bare_exception(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """What failed and where, without the message: a database's or a schema's message repeats what a person entered."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if found is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return event
