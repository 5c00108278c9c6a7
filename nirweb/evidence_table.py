"""The README's table: what sellers claim and how light is said to work, each with its verdict, from the data files."""

from pathlib import Path
from typing import Final

from sessions_app.regimens.evidence import CLAIMS, MECHANISMS, STUDIES, Claim, Mechanism, Verdict

BEGIN: Final = "<!-- evidence: written by manage.py evidence_table -->"
END: Final = "<!-- end of evidence -->"
WORDS: Final[dict[Verdict, str]] = {
    "supported": "supported",
    "limited": "limited",
    "cells_only": "in cells only",
    "not_shown": "not shown",
    "contradicted": "contradicted",
}


def file(base: Path) -> Path:
    return base / "README.md"


def with_table(page: str) -> str:
    """The page with the table anew; ValueError where it has no place for it."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no place for the table of the evidence: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def table() -> str:
    rows = ["| claim of sellers | verdict | what may be said | source |", "| --- | --- | --- | --- |"]
    rows += [_row(one.claim, one) for one in CLAIMS.values()]
    rows += ["", "| mechanism | verdict | what may be said | source |", "| --- | --- | --- | --- |"]
    rows += [_row(one.name, one) for one in MECHANISMS.values()]
    return "\n".join(rows)


def _row(name: str, one: Claim | Mechanism) -> str:
    return f"| {name} | {WORDS[one.verdict]} | {one.says} | {_sources(one)} |"


def _sources(one: Claim | Mechanism) -> str:
    studies = [STUDIES[study] for study in one.studies]
    told = [f"[{study.name}]({study.link})" if study.link else study.name for study in studies]
    if one.source:
        page, section = one.source.split(", ")
        told.append(f"[{section}]({page}#{section.lower().replace(' ', '-')})")
    return ", ".join(told)
