"""Where in a TOML file something stands, so that an error can name its line. tomllib itself forgets the lines."""

import re
from dataclasses import dataclass, field
from typing import Final

Path = tuple[str | int, ...]
_HEADER: Final = re.compile(r"^\s*(\[\[|\[)\s*([A-Za-z0-9_.\"-]+)\s*\]")
_KEY: Final = re.compile(r'^\s*"?([A-Za-z0-9_-]+)"?\s*=')
_STRING: Final = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\])*\"|'[^']*'", re.DOTALL)


@dataclass(slots=True)
class Lines:
    """Line numbers, counted from 1, by path: `("start", "writes", 1)`."""

    _by_path: dict[Path, int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> "Lines":
        lines = cls()
        table: Path = ()
        counts: dict[Path, int] = {}
        key: Path | None = None
        item = depth = 0
        for number, raw in enumerate(text.splitlines(), start=1):
            line = _bare(raw)
            if depth == 0 and (header := _HEADER.match(line)):
                table, key = _table(header, counts), None
                lines._by_path.setdefault(table, number)
                continue
            if depth == 0 and (found := _KEY.match(line)):
                key, item = (*table, found.group(1)), 0
                lines._by_path[key] = number
                line = line[found.end() :]
            if key is not None:
                depth, item = lines._items(line, key, number, depth, item)
        return lines

    def _items(self, line: str, key: Path, number: int, depth: int, item: int) -> tuple[int, int]:
        """Elements of a list that goes over several lines; only of the outer one."""
        for letter in line:
            if letter in "[{":
                if depth == 1:
                    self._by_path.setdefault((*key, item), number)
                depth += 1
            elif letter in "]}":
                depth -= 1
            elif letter == "," and depth == 1:
                item += 1
            elif depth == 1 and not letter.isspace():
                self._by_path.setdefault((*key, item), number)
        return depth, item

    def line(self, path: Path) -> int | None:
        """Of the path, or of the nearest thing that it is in; None for the file itself."""
        while path:
            for here in (path, (*path, 0)):  # of a list of tables: its first
                if here in self._by_path:
                    return self._by_path[here]
            path = path[:-1]
        return None


def _bare(line: str) -> str:
    """Without what stands in strings, and without a comment."""
    return _STRING.sub(lambda match: "s" * len(match.group(0)), line).partition("#")[0]


def _table(header: re.Match[str], counts: dict[Path, int]) -> Path:
    names = tuple(part.strip('"') for part in header.group(2).split("."))
    if header.group(1) == "[":
        return names
    index = counts.get(names, 0)
    counts[names] = index + 1
    return (*names, index)
