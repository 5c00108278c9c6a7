"""A system that has just been switched on, with a person on it who installs things."""

from collections.abc import Iterator

import pytest

from nirweb.bootstrap.phone_app import PhoneApp
from tests.boot import bluetoothd
from tests.boot.house import PERSON, House
from tests.boot.system import NotHere, require, switched_on
from tests.running import PROJECT


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    try:
        require()
    except NotHere as why:
        pytest.skip(f"not run: {why}")  # the runner says so, and counts no such run as passed
    PhoneApp(PROJECT).build()  # who installs it there may only read the clone
    with switched_on(tmp_path_factory.mktemp("kept")) as system:
        system.start()
        system.types("useradd", "--create-home", "--shell", "/bin/sh", PERSON)
        bluetoothd.install(system)
        yield House(system)
