"""The environment, read once and strictly. Every problem is reported at once; `docs/settings.md` explains each name."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote

import platformdirs

from nirweb.variables import PREFIX, Reader
from sessions_app.reminders import subject

EXIT_STATUS: Final = 2
MIN_SECRET_LENGTH: Final = 32
KEPT_OPEN: Final = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
"""Each thread keeps its connection. Threads are few and live long (nirweb/handler.py)."""


class BadEnvironment(Exception):
    """All that is wrong, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Origin:
    """The one address of this server, as the browser sees it."""

    scheme: str
    host: str
    port: int | None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")

    @property
    def secure(self) -> bool:
        return self.scheme == "https"


@dataclass(frozen=True)
class Environment:
    data: Path
    secret_key: str | None
    """None: the keys are kept in `data`/secret.json."""
    database: dict[str, Any]
    """As Django's `DATABASES["default"]`."""
    redis_url: str | None
    origin: Origin
    others: tuple[Origin, ...]
    """Under which it answers too: this machine, and where apps were installed before."""
    authority: Path | None
    """The home network's root certificate."""
    debug: bool
    email: dict[str, Any] | None
    """Django's EMAIL_* settings; None where no mail can be sent."""
    push_subject: str | None
    """Whom push services may ask; None where nobody is named whom Apple's would take."""
    log: str
    demo: bool


def read(environ: Mapping[str, str], base: Path) -> Environment:
    """The settings that `environ` asks for. `base` is the folder of the program.

    Raises `BadEnvironment` with every problem found.
    """
    reader = Reader(environ)
    reader.unknown()
    data, origin, email = _data(reader, base), _origin(reader), _email(reader)
    environment = Environment(
        data=data,
        secret_key=_secret_key(reader),
        database=_database(reader, data),
        redis_url=_redis_url(reader),
        origin=origin,
        others=_others(reader),
        authority=_authority(reader),
        debug=reader.flag("DEBUG", default=False),
        email=email,
        push_subject=_push_subject(reader, origin, email),
        log=reader.choice("LOG", ("text", "json")),
        demo=reader.flag("DEMO", default=True),
    )
    if reader.problems:
        raise BadEnvironment(reader.problems)
    return environment


def read_or_exit(base: Path) -> Environment:
    """The process's settings; where they are wrong, every problem on its own line and exit status 2."""
    try:
        return read(os.environ, base)
    except BadEnvironment as bad:
        _exit(bad)


def _exit(bad: BadEnvironment) -> NoReturn:
    lines = "\n".join(f"  {problem}" for problem in bad.problems)
    sys.stderr.write(f"The settings cannot be used:\n{lines}\nEach name is explained in docs/settings.md.\n")
    raise SystemExit(EXIT_STATUS)


def _data(reader: Reader, base: Path) -> Path:
    value = reader.text("DATA")
    if value is not None:
        path = Path(value).expanduser()
        if not path.is_absolute():
            path = Path.cwd() / path
        if path.exists() and not path.is_dir():
            reader.wrong("DATA", f"{path} is not a folder.")
        return path
    if (base / "manage.py").exists() and (base / "pyproject.toml").exists():
        return base / "data"
    return Path(platformdirs.user_data_dir("nirweb", appauthor=False))


def _secret_key(reader: Reader) -> str | None:
    key, file = reader.text("SECRET_KEY"), reader.text("SECRET_KEY_FILE")
    if key and file:
        reader.wrong("SECRET_KEY_FILE", f"is given beside {PREFIX}SECRET_KEY; keep one.")
    if file:
        try:
            key = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reader.wrong("SECRET_KEY_FILE", f"{file} cannot be read ({type(error).__name__}).")
            return None
    if (key or file) and len(key or "") < MIN_SECRET_LENGTH:
        reader.wrong("SECRET_KEY_FILE" if file else "SECRET_KEY", f"must have at least {MIN_SECRET_LENGTH} characters.")
    return key


def _database(reader: Reader, data: Path) -> dict[str, Any]:
    parts = reader.url("DATABASE_URL", ("sqlite", "postgresql", "postgres"))
    if parts is None:
        return sqlite(data / "db.sqlite3")
    if parts.scheme == "sqlite":
        # sqlite:///relative is relative to where it runs, sqlite:////absolute is absolute: as everywhere else
        path = unquote(parts.path)[1:]
        if parts.netloc or not path:
            reader.wrong("DATABASE_URL", "must name a file: sqlite:////path/to/db.sqlite3.")
        return sqlite(Path(path))
    name = unquote(parts.path.lstrip("/"))
    if not name:
        reader.wrong("DATABASE_URL", "must name a database: postgresql://user:password@host/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        **KEPT_OPEN,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 5, **dict(parse_qsl(parts.query))},
    }


def sqlite(path: Path) -> dict[str, Any]:
    """A database in one file that keeps what it acknowledged, and whose writers wait instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        **KEPT_OPEN,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


def _redis_url(reader: Reader) -> str | None:
    parts = reader.url("REDIS_URL", ("unix", "redis", "rediss"))
    if parts is None:
        return None
    if parts.scheme == "unix" and (parts.netloc or not parts.path):
        reader.wrong("REDIS_URL", "must name a socket: unix:///run/nirweb/valkey.sock.")
    if parts.scheme != "unix" and not parts.hostname:
        reader.wrong("REDIS_URL", "must name a host: redis://localhost:6379/0.")
    return reader.text("REDIS_URL")


def _origin(reader: Reader) -> Origin:
    return _origin_of(reader, "ORIGIN", reader.url("ORIGIN", ("http", "https"))) or Origin("http", "localhost", 8000)


def _others(reader: Reader) -> tuple[Origin, ...]:
    given = (reader.text("OTHER_ORIGINS") or "").split()
    readers = [Reader({f"{PREFIX}OTHER_ORIGINS": one}, reader.problems) for one in given]
    found = [_origin_of(one, "OTHER_ORIGINS", one.url("OTHER_ORIGINS", ("http", "https"))) for one in readers]
    return tuple(one for one in found if one)


def _origin_of(reader: Reader, name: str, parts: SplitResult | None) -> Origin | None:
    if parts is None:
        return None
    if not parts.hostname or not re.fullmatch(r"[a-z0-9.:-]+", parts.hostname):
        reader.wrong(name, "must name a host: https://light.example.org.")
        return None
    if parts.path.rstrip("/") or parts.query or parts.fragment or parts.username:
        reader.wrong(name, "must be an address without path, query or user: https://light.example.org.")
    default = 443 if parts.scheme == "https" else 80
    return Origin(parts.scheme, parts.hostname, parts.port if parts.port != default else None)


def _authority(reader: Reader) -> Path | None:
    value = reader.text("AUTHORITY")
    if value and not Path(value).is_file():
        reader.wrong("AUTHORITY", f"{value} is not a file that can be read.")
        return None
    return Path(value) if value else None


def _email(reader: Reader) -> dict[str, Any] | None:
    parts = reader.url("EMAIL_URL", ("smtp", "smtps", "file", "console"))
    if parts is None:
        return None
    backends = "django.core.mail.backends"
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if parts.scheme == "file":
        if not parts.path:
            reader.wrong("EMAIL_URL", "must name a folder: file:///var/mail/nirweb.")
        return {"EMAIL_BACKEND": f"{backends}.filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path)}
    if not parts.hostname:
        reader.wrong("EMAIL_URL", "must name a host: smtp://user:password@mail.example.org:587?from=light@example.org.")
    return _smtp(reader, parts)


def _smtp(reader: Reader, parts: SplitResult) -> dict[str, Any]:
    query = dict(parse_qsl(parts.query))
    sender = query.pop("from", None)
    if not sender:
        reader.wrong("EMAIL_URL", "must say who the mail is from: add ?from=light@example.org.")
    if query:
        reader.wrong("EMAIL_URL", f"has parts that are not known: {', '.join(sorted(query))}.")
    secure = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if secure else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure,
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": sender,
    }


def _push_subject(reader: Reader, origin: Origin, email: dict[str, Any] | None) -> str | None:
    given = reader.text("PUSH_SUBJECT")
    if given is not None and (why := subject.fault(given)):
        reader.wrong("PUSH_SUBJECT", why)
    return subject.chosen(given, origin.scheme, origin.host, (email or {}).get("DEFAULT_FROM_EMAIL"))
