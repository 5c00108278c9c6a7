"""What every test of the server stands on: a server of its own, and three people.

Alice owns a household, Bob is a member of it, Charlie is a stranger with a household of his own.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as settings_of_hypothesis

from sessions_app.accounts.models import Household, User
from tests import factories, stood_still

SEED_KEY: Final = "nirweb_seed"

settings_of_hypothesis.register_profile(
    "nirweb",
    derandomize=False,  # where CI is set Hypothesis would draw the same each time, and pass over a seed
    database=None,  # a run is what its seed says, not what an earlier one left
    deadline=None,  # a busy machine is no fault
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings_of_hypothesis.load_profile("nirweb")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """One seed for everything that Hypothesis draws in this run: `NIRWEB_SEED`, or a new one; all workers have the same."""
    given = getattr(config, "workerinput", {}).get(SEED_KEY) or os.environ.get("NIRWEB_SEED") or secrets.randbits(32)
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(given)
    stood_still.pytest_configure(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput[SEED_KEY] = node.config.option.hypothesis_seed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    seed = config.option.hypothesis_seed
    terminalreporter.write_line(f"Hypothesis drew from seed {seed}: NIRWEB_SEED={seed} plays it again")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long case is named by its argument and place: its text would fill the report, and may differ from run to run."""
    return argname if isinstance(val, str | bytes) and len(val) > 60 else None


@pytest.fixture(autouse=True, scope="session")
def _server_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the developer's environment says, tests keep to themselves."""
    settings.DATA_DIR = Path(tmp_path_factory.mktemp("data"))
    settings.SECRET_KEY = "k" * 40
    settings.TICKET_KEY = "t" * 40
    settings.STOP_KEY = "s" * 40
    settings.PUSH_KEY = "p" * 40
    settings.PUSH_SUBJECT = "mailto:light@example.org"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file, as in life: in memory, two threads that write get an error instead of waiting."""
    database = connections["default"].settings_dict
    database["CONN_MAX_AGE"] = 0  # a thread that keeps its connection keeps the test's database from being taken away
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Counts of one test's requests must not refuse another's."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def household(db: None) -> Household:
    return factories.household(name="Alice's home")


@pytest.fixture
def alice(household: Household) -> User:
    return factories.owner_of(household, email="alice@example.org", display_name="Alice")


@pytest.fixture
def bob(household: Household) -> User:
    return factories.member_of(household, email="bob@example.org", display_name="Bob")


@pytest.fixture
def charlie(db: None) -> User:
    return factories.owner_of(factories.household(), email="charlie@example.org", display_name="Charlie")


class Browser(Client):
    """A browser with our app in it: it sends JSON, and the CSRF header as the app does. CSRF is really checked."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__(enforce_csrf_checks=True)
        if user is not None:
            self.force_login(user)

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if method.upper() not in {"GET", "HEAD"} and "X-CSRFToken" not in more.get("headers", {}):
            token = self.get("/api/csrf").json()["token"]
            more["headers"] = {**more.get("headers", {}), "X-CSRFToken": token}
        if body is not None:
            more.update(data=body, content_type="application/json")
        return self.generic_json(method, path, **more)

    def generic_json(self, method: str, path: str, data: Any = "", content_type: str = "application/json", **more: Any) -> Any:
        raw = data if isinstance(data, str | bytes) else json.dumps(data, cls=DjangoJSONEncoder)
        return self.generic(method.upper(), path, raw, content_type, **more)


@pytest.fixture
def browser() -> Callable[[User | None], Browser]:
    """`browser(alice)`: her browser, signed in. `browser(None)`: nobody's."""
    return Browser
