"""The variables that are settings, taken one by one out of the environment; what is wrong with them is collected."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

PREFIX: Final = "NIRWEB_"
NAMES: Final = frozenset(
    PREFIX + name
    for name in (
        "DATA", "SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL", "REDIS_URL", "ORIGIN", "DEBUG", "EMAIL_URL", "LOG", "DEMO",
        "PUSH_SUBJECT", "OTHER_ORIGINS", "AUTHORITY",
    )
)  # fmt: skip
OTHERS: Final = ("NIRWEB_TEST_", "NIRWEB_SEED", "NIRWEB_LIVES", "NIRWEB_DEV_SERVER")
"""Begin the names that tests and tools read."""


@dataclass
class Reader:
    """Takes values out of the environment and collects what is wrong with them."""

    environ: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        value = self.environ.get(PREFIX + name, "").strip()
        return value or None

    def wrong(self, name: str, why: str) -> None:
        self.problems.append(f"{PREFIX}{name}: {why}")

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name)
        if value is None:
            return default
        if value not in {"0", "1"}:
            self.wrong(name, f"must be 1 or 0, not {value!r}.")
        return value == "1"

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        value = self.text(name) or options[0]
        if value not in options:
            self.wrong(name, f"must be one of {', '.join(options)}, not {value!r}.")
        return value

    def url(self, name: str, schemes: tuple[str, ...]) -> SplitResult | None:
        """The address, or None where it is missing or wrong. Its value is never repeated: it may hold a password."""
        value = self.text(name)
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            self.wrong(name, "is not an address that can be read.")
            return None
        if parts.scheme not in schemes:
            self.wrong(name, f"must begin with {' or '.join(f'{scheme}:' for scheme in schemes)}.")
            return None
        return parts

    def unknown(self) -> None:
        ours = {name for name in self.environ if name.startswith(PREFIX) and not name.startswith(OTHERS)}
        for name in sorted(ours - NAMES):
            near = difflib.get_close_matches(name, NAMES, n=1)
            self.problems.append(f"{name}: is not a setting." + (f" Did you mean {near[0]}?" if near else ""))
