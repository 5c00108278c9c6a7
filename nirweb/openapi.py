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


def describe(schema: dict[str, Any]) -> dict[str, Any]:
    """Add to each route of `schema` what it may refuse by its shape, and the media type of problems."""
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = schema["components"].setdefault("schemas", {})
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemOut"] = problem
    for methods in schema["paths"].values():
        for method, details in methods.items():
            _describe(method, details)
    return schema


def _describe(method: str, details: dict[str, Any]) -> None:
    responses = details["responses"]
    for status in _by_shape(method, details):
        responses.setdefault(status, {})
    for status, response in responses.items():
        if int(status) >= 400:
            response["description"] = ALWAYS.get(int(status), response.get("description", "Refused."))
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    details["responses"] = dict(sorted(responses.items(), key=lambda item: int(item[0])))


def _by_shape(method: str, details: dict[str, Any]) -> set[int]:
    places = {parameter["in"] for parameter in details.get("parameters", [])}
    found = {429}
    if details.get("security"):
        found |= {401} if method == "get" else {401, 403}
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
