import subprocess
import sys
from pathlib import Path

import pytest

from nirweb import environment, variables
from nirweb.environment import BadEnvironment, Environment

REPOSITORY = Path(__file__).resolve().parents[2]


def read(**values: str) -> Environment:
    return environment.read({f"NIRWEB_{name}": value for name, value in values.items()}, REPOSITORY)


def test_it_needs_nothing_to_run_at_home() -> None:
    found = read()
    assert found.data == REPOSITORY / "data"
    assert found.database["ENGINE"] == "django.db.backends.sqlite3"
    assert found.database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found.database["OPTIONS"]["init_command"]
    assert str(found.origin) == "http://localhost:8000"
    assert found.demo
    assert not found.debug


def test_it_reports_every_problem_at_once() -> None:
    with pytest.raises(BadEnvironment) as caught:
        read(
            DATABASE_URL="mysql://host/name", REDIS_URL="unix://", ORIGIN="light.example.org", DEBUG="yes", LOG="xml",
            SECRET_KEY="short", EMAIL_URL="smtp://mail.example.org", ORGIN="http://localhost",
        )  # fmt: skip
    told = [line.split(":")[0] for line in caught.value.problems]
    assert sorted(told) == sorted(
        f"NIRWEB_{name}" for name in ("DATABASE_URL", "REDIS_URL", "ORIGIN", "DEBUG", "LOG", "SECRET_KEY", "EMAIL_URL", "ORGIN")
    )
    assert "Did you mean NIRWEB_ORIGIN?" in str(caught.value)


def test_it_leaves_the_names_of_tests_and_tools_alone() -> None:
    assert read(TEST_SEED="7", DEV_SERVER="http://127.0.0.1:9").demo


def test_it_never_repeats_a_password() -> None:
    with pytest.raises(BadEnvironment) as caught:
        read(DATABASE_URL="mysql://me:opensesame@host/name", REDIS_URL="amqp://me:opensesame@host", SECRET_KEY="opensesame")
    assert "opensesame" not in str(caught.value)


def test_it_ends_with_status_2_and_one_line_for_each_problem(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import nirweb.settings"],
        env={"NIRWEB_DEBUG": "yes", "NIRWEB_LOG": "xml", "NIRWEB_DATA": str(tmp_path)},
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        "The settings cannot be used:",
        "  NIRWEB_DEBUG: must be 1 or 0, not 'yes'.",
        "  NIRWEB_LOG: must be one of text, json, not 'xml'.",
        "Each name is explained in docs/settings.md.",
    ]


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("sqlite:////var/lib/light.sqlite3", "sqlite3", Path("/var/lib/light.sqlite3")),
        ("postgresql://me:p%40ss@db.example.org:5433/light?sslmode=require", "postgresql", "light"),
    ],
)
def test_it_reads_a_database(url: str, engine: str, name: object) -> None:
    found = read(DATABASE_URL=url).database
    assert found["ENGINE"] == f"django.db.backends.{engine}"
    assert found["NAME"] == name
    if engine == "postgresql":
        assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("me", "p@ss", "db.example.org", "5433")
        assert found["OPTIONS"]["sslmode"] == "require"


def test_it_reads_a_key_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("x" * 40 + "\n")
    assert read(SECRET_KEY_FILE=str(file)).secret_key == "x" * 40
    with pytest.raises(BadEnvironment, match="cannot be read"):
        read(SECRET_KEY_FILE=str(tmp_path / "absent"))


@pytest.mark.parametrize(
    ("origin", "told"),
    [("https://light.example.org", "https://light.example.org"), ("https://light.example.org:443/", "https://light.example.org"),
     ("http://[::1]:8000", "http://[::1]:8000")],
)  # fmt: skip
def test_it_knows_its_one_address(origin: str, told: str) -> None:
    assert str(read(ORIGIN=origin).origin) == told


@pytest.mark.parametrize(
    "origin", ["https://light.example.org/app", "https://me@light.example.org", "https://", "ftp://x", "https://x:y"]
)
def test_it_refuses_what_is_no_address(origin: str) -> None:
    with pytest.raises(BadEnvironment, match="NIRWEB_ORIGIN"):
        read(ORIGIN=origin)


@pytest.mark.parametrize(
    "subject",
    ["mailto:me@nirweb.local", "mailto:me@localhost", "https://localhost:8000", "mailto:light@home.invalid", "https://192.0.2.7/",
     "mailto:me@[::1]", "http://light.example.org", "light@example.org", "mailto:me", "https://nirweb", "mailto:a@b@c.org"],
)  # fmt: skip
def test_it_refuses_a_contact_that_apple_refuses_in_silence(subject: str) -> None:
    with pytest.raises(BadEnvironment, match="NIRWEB_PUSH_SUBJECT"):
        read(PUSH_SUBJECT=subject)


@pytest.mark.parametrize(
    ("values", "subject"),
    [
        ({}, None),
        ({"ORIGIN": "https://nirweb-7f.local"}, None),
        ({"ORIGIN": "https://10.0.0.7:8443"}, None),
        ({"ORIGIN": "https://light.example.org"}, "https://light.example.org"),
        ({"ORIGIN": "http://light.example.org"}, None),
        ({"EMAIL_URL": "smtp://mail.example.org?from=light@example.org"}, "mailto:light@example.org"),
        ({"EMAIL_URL": "smtp://mail.lan?from=light@house.lan"}, None),
        ({"ORIGIN": "https://a.example.org", "PUSH_SUBJECT": "mailto:me@example.org"}, "mailto:me@example.org"),
        ({"PUSH_SUBJECT": "https://light.example.org/contact"}, "https://light.example.org/contact"),
    ],
)
def test_it_names_whom_push_services_may_ask(values: dict[str, str], subject: str | None) -> None:
    assert read(**values).push_subject == subject


def test_its_names_are_all_documented() -> None:
    words = (REPOSITORY / "docs" / "settings.md").read_text()
    assert variables.NAMES
    for name in variables.NAMES:
        assert f"`{name}`" in words, f"{name} is missing from docs/settings.md"
