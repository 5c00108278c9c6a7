"""The README says what docs/results/ holds, and a missed goal is said to be missed."""

from tests.bench.figures import PROJECT, Figure, kept, record, table, with_table


def test_it_shows_in_the_readme_what_was_kept() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert with_table(readme, kept()) == readme, "run manage.py bench --keep"


def test_it_says_that_a_goal_was_missed() -> None:
    found = record("trial", "0123456789", 7, [Figure("a thing", 20.0, 15, "ms", 100), Figure("another", 3.14159, 15, "ms", 100)])
    rows = table([found]).splitlines()
    assert "| a thing | 20 ms | ≤ 15 ms | **missed** | 100 |" in rows[2]
    assert "| another | 3.142 ms | ≤ 15 ms | met | 100 |" in rows[3]
    assert rows[-1].startswith("Measured on ")
    assert found["seed"] == 7
