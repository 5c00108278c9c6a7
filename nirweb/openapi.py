"""The API's description: docs/openapi.json, from which the phone app's typed client is made."""

import json
from pathlib import Path
from typing import Any, Final

from sessions_app.problems import MEDIA_TYPE, ProblemOut

ALWAYS: Final = {
    400: "It could not be understood.",
    401: "Nobody is signed in.",
    403: "The CSRF header is missing or wrong, or the person may not do it.",
    404: "It does not exist, or belongs to somebody else.",
    413: "It is too large.",
    415: "It is not JSON.",
    422: "A field does not fit; `errors` names each.",
    429: "Too often; wait `retry_after_s` seconds.",
}
"""What a route may refuse with by its shape alone; what else it refuses stands in its own `response`, by `refuses`."""


SECURITY: Final = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "nirweb-session",
        "description": "The cookie of who is signed in. Its name carries __Host- and the port where there are such.",
    },
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "The token of GET /api/csrf."},
}
"""The same for every instance: the document must not change with the address."""


def describe(schema: dict[str, Any]) -> dict[str, Any]:
    """Add to each route of `schema` what it may refuse by its shape, and the media type of problems."""
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = schema["components"].setdefault("schemas", {})
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemOut"] = problem
    schema["components"]["securitySchemes"] = SECURITY
    for methods in schema["paths"].values():
        for method, details in methods.items():
            _describe(method, details)
    return schema


def _describe(method: str, details: dict[str, Any]) -> None:
    responses = details["responses"]
    details["security"] = [_security(method, details.get("security", []))]
    for status in _by_shape(details):
        responses.setdefault(status, {})
    for status, response in responses.items():
        if int(status) >= 400:
            response["description"] = ALWAYS.get(int(status), response.get("description", "Refused."))
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    details["responses"] = dict(sorted(responses.items(), key=lambda item: int(item[0])))


def _security(method: str, asked: list[dict[str, Any]]) -> dict[str, list[str]]:
    """`SignedIn` asks for the session, it and `Anyone` for the CSRF header where something changes."""
    kinds = {name for one in asked for name in one}
    session: dict[str, list[str]] = {"session": []} if "SignedIn" in kinds else {}
    csrf: dict[str, list[str]] = {"csrf": []} if kinds and method != "get" else {}
    return session | csrf


def _by_shape(details: dict[str, Any]) -> set[int]:
    places = {parameter["in"] for parameter in details.get("parameters", [])}
    found = {429}
    security = details["security"][0]
    if "session" in security:
        found.add(401)
    if "csrf" in security:
        found.add(403)
    if "requestBody" in details:
        found |= {400, 413, 415, 422}
    if places:
        found.add(422)
    if "path" in places:
        found.add(404)
    return found


def text(schema: dict[str, Any]) -> str:
    """As it is committed: stable, so that a change of the API is seen in a diff."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def file(base: Path) -> Path:
    return base / "docs" / "openapi.json"
