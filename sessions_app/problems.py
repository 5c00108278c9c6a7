"""How a wish is refused: a stable code, the field, words that a person understands, and what to do next (RFC 9457).

A service or route raises `Problem`; the shell turns it into the answer. A route names what it may refuse with `refuses`.
"""

from typing import Any, Final

from pydantic import BaseModel, Field

TYPE: Final = "urn:nirweb:problem:"
"""Begins the `type` of every problem; the code follows."""
MEDIA_TYPE: Final = "application/problem+json"


class FieldProblem(BaseModel):
    field: str = Field(description="Where it stands in what was sent: names and indexes, joined by dots.")
    code: str
    message: str


class ProblemOut(BaseModel):
    """The body of every answer of 400 and above."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable; what a program decides by.")
    detail: str = Field(description="What is wrong, for a person.")
    next: str = Field(description="What to do now, for a person.")
    field: str | None = Field(description="The first field that is wrong.")
    errors: list[FieldProblem] = Field(description="Every field that is wrong.")
    retry_after_s: int | None = Field(description="Seconds to wait before trying again.")
    trace: str = Field(description="Names this request in the server's log.")


class Problem(Exception):
    """A refusal. `status` is the HTTP status, `code` is stable, `detail` and `next` are sentences for a person."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        next: str = "",
        *,
        field: str | None = None,
        errors: list[FieldProblem] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.next = next
        self.field = field
        self.errors = errors or []
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return f"{self.status} {self.code}"


def not_found(what: str = "This") -> Problem:
    """Also the answer where it exists and belongs to somebody else: a stranger learns nothing."""
    return Problem(404, "not_found", f"{what} is not here, or not yours.", "Go back and refresh.")


def owner_only() -> Problem:
    return Problem(403, "owner_only", "Only an owner of this household can do that.", "Ask an owner of the household.")


def refuses(*statuses: int) -> dict[int, Any]:
    """For a route's `response`: the statuses that it refuses with, beyond those that every route has.

    >>> @router.post("/bridges", response={200: BridgeOut, **refuses(404, 409)})
    """
    return dict.fromkeys(statuses, ProblemOut)
