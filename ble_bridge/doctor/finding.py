"""What one check found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "mind", "wrong"]
"""`mind`: it works, or may work; a person should know."""


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    """Its number in docs/running-a-bridge.md."""
    verdict: Verdict
    text: str
    mend: str = ""


def ok(rule: str, text: str) -> Finding:
    return Finding(rule, "ok", text)


def mind(rule: str, text: str, mend: str) -> Finding:
    return Finding(rule, "mind", text, mend)


def wrong(rule: str, text: str, mend: str) -> Finding:
    return Finding(rule, "wrong", text, mend)


def guarded(rule: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """A check that breaks is a finding itself, in one line [G1]."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other checks go on
        words = " ".join(str(error).split()) or type(error).__name__
        yield wrong(rule, f"This could not be looked at: {words}", "Mend that first, then run doctor again.")
