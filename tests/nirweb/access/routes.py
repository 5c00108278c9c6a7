"""Every door of the server, found by asking it: the API's description, Django's addresses, the lines, the app's files."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from nirweb import asgi
from nirweb.api import api

APP_FILES = {"GET /", "GET /sw.js", "GET /session/deep/link"}
"""The app's page, a file of it, and a screen of it: they stand for all others, which are public too."""
VIEWS = {
    "/healthz": {"GET"}, "/readyz": {"GET"}, "/api/bridges/enrol/device": {"POST"}, "/api/bridges/enrol/token": {"POST"},
    "/api/home/reached": {"GET"}, "/api/home/authority": {"GET"},
}  # fmt: skip
"""What the plain views take; a new one must say it here."""


ON_OTHER_THREADS = {"POST /api/therapy/stop", "POST /api/therapy/panels/{panel_id}/stop"}
"""Write from a thread of their own, and so need rows that are committed, and time to finish."""


def marked(route: str, *more: Any, id: str | None = None) -> Any:
    """A parameter for a test of one route, with the database that the route needs."""
    return pytest.param(*(more or (route,)), marks=pytest.mark.django_db(transaction=route in ON_OTHER_THREADS), id=id or route)


def all_routes() -> set[str]:
    return {*_described(), *_addressed(), *(f"WS {path}" for path in asgi.LINES), *APP_FILES}


def _described() -> Iterator[str]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        yield from (f"{method.upper()} {path}" for method in methods)


def _addressed() -> Iterator[str]:
    """What Django routes beside the API. An address whose methods are not known is told as such, and so fails."""
    for path, pattern in _patterns(get_resolver().url_patterns, "/"):
        view = pattern.callback
        kind = getattr(view, "view_class", None) or getattr(getattr(view, "__wrapped__", None), "view_class", None)
        if kind is not None:
            methods = {name.upper() for name in kind.http_method_names if hasattr(kind, name) and name != "options"}
        else:
            methods = VIEWS.get(path, {"?"})
        yield from (f"{method} {path}" for method in sorted(methods - {"HEAD"}))


def _patterns(found: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            if one.namespace != api.urls_namespace:
                yield from _patterns(one.url_patterns, path)
        else:
            yield path, one
