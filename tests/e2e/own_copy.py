"""A copy of the project that a test may change, build anew and switch off, with a server of its own."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from nirweb.bootstrap.phone_app import PhoneApp
from tests.running import PROJECT, Up, free_port

MODULES: Final = "nirweb/pwa/node_modules"


class OwnCopy:
    """Its address stays the same through all its starts: a phone knows it by that."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.data = folder / "data"
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        PhoneApp(PROJECT).fetch_packages(development=False)
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
        for name in filter(None, listed.stdout.split("\0")):
            if not (PROJECT / name).exists():  # deleted, and not committed yet
                continue
            (self.project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, self.project / name)
        (self.project / MODULES).symlink_to(PROJECT / MODULES)
        self.app = PhoneApp(self.project)
        self.up: Up | None = None

    def start(self) -> None:
        self.up = Up(self.data, port=self.port, project=self.project)
        self.up.wait_until_ready(60)

    def stop(self) -> None:
        """Everything of it is gone: nobody listens at its address."""
        if self.up and self.up.process.poll() is None:
            self.up.stop()
        self.up = None

    def says_instead(self, file: str, words: str, other: str) -> None:
        """A next version: other words in one file of the phone app, built as any other."""
        path = self.project / "nirweb/pwa/src" / file
        text = path.read_text(encoding="utf-8")
        assert words in text
        path.write_text(text.replace(words, other), encoding="utf-8")
        self.app.build()

    def built(self) -> set[str]:
        """Paths of all that is built for the phone to keep."""
        dist = self.app.dist
        files = {f"/{path.relative_to(dist)}" for path in dist.rglob("*") if path.is_file() and path.suffix != ".gz"}
        return {name for name in files if name not in {"/.built", "/sw.js"} and not name.startswith("/screens/")}
