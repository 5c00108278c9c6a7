"""One id that follows what a person asked for, from the phone to the panel and back, in every log line."""

import re
from typing import Final

import structlog
import uuid_utils.compat

HEADER: Final = "X-Trace"
FORM: Final = re.compile(r"[0-9a-zA-Z-]{8,64}")


def accepted(offered: str | None) -> str:
    """The id that a caller offered where it has the form of one, else a new one."""
    return offered if offered and FORM.fullmatch(offered) else str(uuid_utils.compat.uuid7())


def bind(trace: str) -> None:
    """Make `trace` the id of everything that this request, line or task does from here."""
    structlog.contextvars.bind_contextvars(trace=trace)


def current() -> str:
    """The id of what is being done; a new one where nothing was bound."""
    trace = structlog.contextvars.get_contextvars().get("trace")
    return trace if isinstance(trace, str) else str(uuid_utils.compat.uuid7())
