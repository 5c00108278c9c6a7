"""The API's description is committed as it is, and tells what each route refuses."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from nirweb import openapi, problem_list
from nirweb.api import api
from nirweb.management.commands.openapi import files
from sessions_app.strict import StrictBody

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = api.get_openapi_schema()
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, details) for path, methods in schema["paths"].items() for method, details in methods.items()]


@pytest.mark.parametrize(("path", "text"), files(settings.BASE_DIR).items(), ids=lambda value: getattr(value, "name", ""))
def test_it_is_committed_as_it_is(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run manage.py openapi"


def test_every_code_that_the_server_raises_is_in_the_list() -> None:
    listed = problem_list.file(settings.BASE_DIR).read_text(encoding="utf-8")
    for code in ("bad_json", "duplicate_key", "csrf_failed", "signed_out", "not_allowed", "unknown_code", "failed"):
        assert f"| `{code}` |" in listed


def test_whole_numbers_in_addresses_are_bounded(schema: dict[str, Any]) -> None:
    """A body's numbers are bounded by the reader; these would reach the database."""
    for method, path, details in operations(schema):
        for parameter in details.get("parameters", []):
            if parameter["schema"].get("type") == "integer":
                assert "maximum" in parameter["schema"], f"{method} {path}: {parameter['name']}"


def test_it_names_each_operation_once(schema: dict[str, Any]) -> None:
    names = [details["operationId"] for _, _, details in operations(schema)]
    assert len(names) == len(set(names)) > 5


def test_it_tells_what_every_route_refuses(schema: dict[str, Any]) -> None:
    for method, path, details in operations(schema):
        assert method in METHODS
        refused = {int(status): answer for status, answer in details["responses"].items() if int(status) >= 400}
        assert refused, f"{method} {path}"
        for answer in refused.values():
            assert list(answer["content"]) == ["application/problem+json"]
        if "requestBody" in details:
            assert {400, 413, 415, 422} <= set(refused), f"{method} {path}"
        if "{" in path:
            assert 404 in refused, f"{method} {path}"
        assert details["summary"]


def test_it_resolves_every_reference(schema: dict[str, Any]) -> None:
    text = openapi.text(schema)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names
    assert names <= set(schema["components"]["schemas"])


def test_every_schema_that_is_taken_refuses_unknown_fields(schema: dict[str, Any]) -> None:
    """Closed once in the base schema; a schema that does not derive from it shows here."""
    seen = 0
    for method, path, details in operations(schema):
        if "requestBody" not in details:
            continue
        body = details["requestBody"]["content"]["application/json"]["schema"]
        name = body.get("$ref", "").rsplit("/", 1)[-1]
        assert name, f"{method} {path} takes a body that is no schema of its own"
        assert schema["components"]["schemas"][name].get("additionalProperties") is False, f"{method} {path}: {name}"
        seen += 1
    assert seen > 0


def test_every_body_is_read_strictly() -> None:
    models = [
        model
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
        for model in operation.models
        if model.__ninja_param_source__ == "body"
    ]
    assert models
    assert all(issubclass(model, StrictBody) for model in models)
