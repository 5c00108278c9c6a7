"""The README's table of claims and mechanisms is that of the data files."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from nirweb import evidence_table
from sessions_app.regimens.evidence import CLAIMS, MECHANISMS

README = Path("README.md")


def test_it_holds_every_claim_and_mechanism_with_its_verdict() -> None:
    rows = evidence_table.table().splitlines()
    for name, one in [(one.claim, one) for one in CLAIMS.values()] + [(one.name, one) for one in MECHANISMS.values()]:
        assert [row for row in rows if row.startswith(f"| {name} | {evidence_table.WORDS[one.verdict]} | {one.says} | ")], name


def test_the_readme_is_fresh() -> None:
    call_command("evidence_table", "--check")


def test_it_tells_of_a_stale_table_and_writes_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = README.read_text(encoding="utf-8")
    stale = tmp_path / "README.md"
    stale.write_text(page.replace("| contradicted |", "| supported |", 1), encoding="utf-8")
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    with pytest.raises(CommandError, match="stale: run"):
        call_command("evidence_table", "--check")
    call_command("evidence_table")
    assert stale.read_text(encoding="utf-8") == page


def test_it_refuses_a_page_without_a_place_for_it() -> None:
    with pytest.raises(ValueError, match="no place"):
        evidence_table.with_table("# NIRWeb")
