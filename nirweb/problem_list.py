"""Every code that an answer may carry, read from the source: docs/problems.md is made from it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from nirweb import problems

FOLDERS: Final = ("nirweb", "sessions_app")
MAKERS: Final[dict[str, list[ast.expr]]] = {"Problem": [], "_bad": [ast.Constant(400)]}
"""What makes a problem, and the arguments that it fills in itself."""
HEAD: Final = """# Problems

Every answer of 400 and above is `application/problem+json` (RFC 9457). A program decides by `code`, which is stable; `detail` and
`next` are for the person, `errors` names each field that is wrong, `trace` finds the request in the log, `retry_after_s` says how
long to wait. This page is written by `manage.py openapi`.

| status | code | what is wrong | what to do |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True, order=True)
class Told:
    status: int
    code: str
    detail: str
    next: str


def page(base: Path) -> str:
    plain = {Told(status, *words) for status, words in problems.PLAIN.items()}
    rows = [f"| {one.status} | `{one.code}` | {one.detail} | {one.next} |\n" for one in sorted(plain | set(told(base)))]
    return HEAD + "".join(rows)


def file(base: Path) -> Path:
    return base / "docs" / "problems.md"


def told(base: Path) -> Iterator[Told]:
    """Each `Problem(...)` whose code stands in the source. What is made from data (a refusal's own code) tells itself."""
    for folder in FOLDERS:
        for path in sorted((base / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = _constants(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                    yield from _of([*MAKERS[node.func.id], *node.args], names)


def _constants(tree: ast.Module) -> dict[str, str]:
    """Texts that a module names."""
    assigned = [node for node in tree.body if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant)]
    return {ast.unparse(node.target): str(cast(ast.Constant, node.value).value) for node in assigned}


def _of(arguments: list[ast.expr], names: dict[str, str]) -> Iterator[Told]:
    status, code, *texts = [*arguments, *[ast.Constant("")] * 4][:4]
    if isinstance(status, ast.Constant) and isinstance(code, ast.Constant):
        detail, next_ = (_words(text, names) for text in texts)
        yield Told(int(str(status.value)), str(code.value), detail, next_ or problems.plain(int(str(status.value))).next)


def _words(node: ast.expr, names: dict[str, str]) -> str:
    """A text as it stands; what is filled in later is shown by its name."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, ast.FormattedValue):
        return _words(node.value, names)
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part, names) for part in node.values)
    return f"…{_name(node)}…"


def _name(node: ast.expr) -> str:
    return ast.unparse(node).split("(")[0].split(".")[-1].lower().strip("_").replace("_", " ")
