"""The worked example of docs/profiles.md, and how a test changes a profile's text."""

import re
from pathlib import Path

from ble_bridge.profiles.profile import Profile, parse

DOCS = Path(__file__).parents[3] / "docs" / "profiles.md"


def example() -> str:
    blocks: list[str] = re.findall(r"```toml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return next(block for block in blocks if block.startswith("profile = "))


def changed(*pairs: tuple[str, str], text: str | None = None) -> str:
    """The example with parts replaced; each must be there."""
    text = example() if text is None else text
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def profile(*pairs: tuple[str, str]) -> Profile:
    return parse(changed(*pairs).encode(), "my.toml")
