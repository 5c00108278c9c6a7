"""What a benchmark yields, where it is kept, and how the README shows it."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = PROJECT / "docs" / "results"
BEGIN: Final = "<!-- figures: written by manage.py bench --keep -->"
END: Final = "<!-- end of figures -->"


@dataclass(frozen=True)
class Figure:
    """One number against its goal."""

    name: str
    """As the README shows it."""
    value: float
    goal: float
    """At most this."""
    unit: str
    count: int
    """How many times it was measured."""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.value <= self.goal


def machine() -> dict[str, Any]:
    """What the figures were measured on, without a name of it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def commit(project: Path) -> str:
    found = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=project, capture_output=True, text=True, check=True)
    return found.stdout.strip()


def record(benchmark: str, measured: str, seed: int, figures: list[Figure]) -> dict[str, Any]:
    """What is kept of one run; `measured` is the commit."""
    return {
        "benchmark": benchmark,
        "commit": measured,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "machine": machine(),
        "figures": [asdict(figure) | {"met": figure.met} for figure in figures],
    }


def keep(found: dict[str, Any]) -> None:
    """Write the record to docs/results/ and the README's table anew."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{found['benchmark']}.json"
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    readme = PROJECT / "README.md"
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), kept()), encoding="utf-8")


def kept() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))]


def with_table(readme: str, records: list[dict[str, Any]]) -> str:
    """The README with the table between its two marks made from `records`."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(records)}\n{END}{after}"


def table(records: list[dict[str, Any]]) -> str:
    rows = ["| figure | measured | goal | | count | commit |", "| --- | --- | --- | --- | --- | --- |"]
    for found in records:
        for figure in found["figures"]:
            measured, goal = (f"{figure[key]:.4g} {figure['unit']}" for key in ("value", "goal"))
            verdict = "met" if figure["met"] else "**missed**"
            rows.append(f"| {figure['name']} | {measured} | ≤ {goal} | {verdict} | {figure['count']} | {found['commit']} |")
    machines = sorted({_in_words(found["machine"]) for found in records})
    return "\n".join([*rows, "", *(f"Measured on {one}." for one in machines)])


def _in_words(one: dict[str, Any]) -> str:
    return f"{one['processor']}, {one['cores']} cores, {one['memory_gb']} GB, {one['system']}, Python {one['python']}"
