"""P10: requests generated from the API's own description, good and bad, fail nothing and are answered as described."""

import os
import random
from collections import Counter
from datetime import timedelta
from typing import Any, Final

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from nirweb.api import api
from sessions_app.accounts.models import Household, User
from sessions_app.therapy import stop_rows
from tests.nirweb.access.cases import CASES
from tests.nirweb.access.routes import marked
from tests.nirweb.access.world import World
from tests.patience import PATIENCE_S

EXAMPLES: Final = 25
"""For each operation, once with what the description allows and once with what it forbids."""
CHECKS: Final = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SEED: Final = int(os.environ.get("NIRWEB_TEST_SEED", random.randrange(1 << 32)))


@pytest.fixture
def world(alice: User, bob: User, charlie: User, household: Household) -> World:
    return World(alice=alice, bob=bob, charlie=charlie, household=household)


def described() -> Any:
    found = schemathesis.openapi.from_dict(api.get_openapi_schema())
    found.app = get_wsgi_application()
    return found


def takes_something(operation: Any) -> bool:
    """A route that takes nothing cannot be given anything forbidden."""
    return bool(operation.definition.raw.get("requestBody") or operation.definition.raw.get("parameters"))


SCHEMA: Final = described()
OPERATIONS: Final = sorted(
    (operation.ok() for operation in SCHEMA.get_all_operations()), key=lambda operation: str(operation.label)
)


RUNS: Final = [
    marked(operation.label, operation, mode, id=f"{operation.label}-{mode.value}")
    for operation in OPERATIONS
    for mode in GenerationMode
    if mode == GenerationMode.POSITIVE or takes_something(operation)
]


@pytest.mark.parametrize(("operation", "mode"), RUNS)
def test_P10_generated_requests_fail_nothing(world: World, operation: Any, mode: GenerationMode) -> None:
    print(f"NIRWEB_TEST_SEED={SEED}")  # noqa: T201 - the run is repeated with it
    browser = world.browser
    token = browser.get("/api/csrf").json()["token"]
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    headers = {"Cookie": cookie, "X-CSRFToken": token, "Host": "localhost"}
    ours = known(world, operation.path)
    answered: Counter[int] = Counter()

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=timedelta(seconds=PATIENCE_S),
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def run(case: Any, real: bool) -> None:
        cache.clear()
        if real:
            case.path_parameters = {**(case.path_parameters or {}), **ours}
        answer = case.call(headers=headers)
        answered[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    run()
    assert stop_rows.flush(30)
    assert answered.total() > 0, "the fuzz must have asked something"


def known(world: World, path: str) -> dict[str, str]:
    """Ids of things that are there, so that not every request ends in 404."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    assert names == [] or any(path in route for route in CASES)
    return {name: str(getattr(world, name)) for name in names}
