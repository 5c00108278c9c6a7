"""Why one op is not taken [Y40, Y44]."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from sessions_app.problems import FieldProblem

MAX_ERRORS: Final = 20


@dataclass
class RefusedError(Exception):
    """One op is refused; those behind it go on."""

    code: str
    message: str
    errors: Sequence[FieldProblem] = field(default_factory=list)


def invalid(error: ValidationError) -> RefusedError:
    errors = [
        FieldProblem(
            field=".".join(str(part) for part in one["loc"])[:200],
            code=one["type"],
            message=one["msg"].removeprefix("Value error, ")[:300],
        )
        for one in error.errors(include_url=False, include_context=False, include_input=False)[:MAX_ERRORS]
    ]
    return RefusedError("invalid", "Something in this entry does not fit.", errors)


def id_taken() -> RefusedError:
    """Also where the id is somebody else's: a stranger learns no more than that."""
    return RefusedError("id_taken", "Another entry has this id already. What was written once is corrected, not changed.")


def append_only() -> RefusedError:
    return RefusedError("append_only", "This cannot be deleted. It can be corrected or withdrawn.")


def not_writable() -> RefusedError:
    return RefusedError("not_writable", "Only the server makes these.")


def parent_missing(field_name: str) -> RefusedError:
    words = "This refers to an entry that is not there."
    return RefusedError("parent_missing", words, [FieldProblem(field=field_name, code="missing", message=words)])


def clock_ahead() -> RefusedError:
    return RefusedError("clock_ahead", "This phone's clock is more than a day ahead.")


def consent_missing() -> RefusedError:
    return RefusedError("consent_missing", "You have not agreed that records of your health are kept. Today asks for it.")


def cannot_be_kept() -> RefusedError:
    return RefusedError("invalid", "This entry cannot be kept as it is.")


def failed() -> RefusedError:
    return RefusedError("failed", "The server could not take this entry. It is kept on the phone; send it again after an update.")
