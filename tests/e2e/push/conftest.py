"""Server and worker as `up` runs them, the vendor's back end, a desktop that shows notifications, and a stock Chromium."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from nirweb.bootstrap.phone_app import PhoneApp
from tests.e2e.mortal import MortalPhone
from tests.e2e.push.desktop import Desktop, desktop
from tests.e2e.push.vendor import Vendor
from tests.push import postgres, stack
from tests.push.background import Background, background
from tests.push.stack import Stack
from tests.running import PROJECT


@pytest.fixture(scope="module")
def behind() -> Iterator[Background]:
    with background() as found:
        yield found


@pytest.fixture(scope="module")
def vendor(behind: Background) -> Iterator[Vendor]:
    found = Vendor()
    behind.wait(found.start())
    yield found
    behind.call(found.stop)


@pytest.fixture(scope="module")
def server(vendor: Vendor) -> Iterator[Stack]:
    PhoneApp(PROJECT).build()
    with stack.running(vendor.send_port, vendor.authority.pem) as found:
        yield found


@pytest.fixture(scope="module")
def server_on_postgresql(vendor: Vendor) -> Iterator[Stack]:
    PhoneApp(PROJECT).build()
    with postgres.database() as url, stack.running(vendor.send_port, vendor.authority.pem, url) as found:
        yield found


@pytest.fixture
def shown(behind: Background) -> Iterator[Desktop]:
    with desktop(behind) as found:
        yield found


@pytest.fixture
def chromium(_playwright: Playwright, tmp_path: Path, vendor: Vendor, shown: Desktop) -> Iterator[Callable[[str], MortalPhone]]:
    """`chromium(origin)`: not started yet; its person has allowed notifications there once and for all."""
    made: list[MortalPhone] = []

    def one(origin: str) -> MortalPhone:
        profile = tmp_path / f"profile-{len(made)}"
        allow_notifications(profile, origin)
        made.append(MortalPhone(_playwright, profile, origin, arguments=vendor.arguments, environment=shown.environment))
        return made[-1]

    yield one
    for phone in made:
        if phone.process:
            phone.kill()


def allow_notifications(profile: Path, origin: str) -> None:
    """As the browser keeps it once a person has said yes: a permission that is only lent to a test ends with the browser."""
    said = {"profile": {"content_settings": {"exceptions": {"notifications": {f"{origin},*": {"setting": 1}}}}}}
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(said), encoding="utf-8")
