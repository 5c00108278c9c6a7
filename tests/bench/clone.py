"""A clean clone with an environment of its own, as a user has it: without what only developers install."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import PROJECT, commit
from tests.running import Up


class Clone:
    """Of the last commit; made once for all benchmarks of a run. What is not committed is not measured."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="nirweb-bench-"))
        self.project = self._folder / "clone"
        self.data = self._folder / "data"
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(self.project)], check=True)
        self.commit = commit(self.project)

    def up(self, *options: str, fresh: bool = False) -> Up:
        """`up` by a bare Python, with caches that are empty at first; `fresh`: on a data folder that nobody used."""
        python: str = sys._base_executable  # type: ignore[attr-defined]
        caches = {"PIP_CACHE_DIR": str(self._folder / "pip"), "npm_config_cache": str(self._folder / "npm")}
        data = Path(tempfile.mkdtemp(prefix="data-", dir=self._folder)) if fresh else self.data
        return Up(data, *options, project=self.project, python=python, environment=caches)

    def run_once(self) -> float:
        """Seconds until `up` was ready; it is stopped again."""
        up = self.up()
        try:
            return round(up.wait_until_ready(600), 2)
        finally:
            if up.process.poll() is None:
                up.stop()

    def remove(self) -> None:
        shutil.rmtree(self._folder)
