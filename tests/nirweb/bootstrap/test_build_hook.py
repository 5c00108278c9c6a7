"""What is built to be installed carries the phone app, and nothing that only its build needs."""

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
BUILD = 'import { mkdirSync, writeFileSync } from "node:fs"; mkdirSync("dist"); writeFileSync("dist/index.html", "the app");'


def project(folder: Path) -> Path:
    """The packages as they are, with a phone app that is built in no time."""
    folder.mkdir()
    for name in (".gitignore", "pyproject.toml", "README.md", "LICENSE", "nirweb", "sessions_app", "ble_bridge"):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("pwa", "__pycache__"))
        else:
            shutil.copy(source, folder / name)
    app = folder / "nirweb" / "pwa"
    (app / "src").mkdir(parents=True)
    package = {"name": "tiny", "version": "1.0.0", "type": "module"}
    (app / "package.json").write_text(json.dumps({**package, "scripts": {"build": "node build.js"}}))
    (app / "package-lock.json").write_text(json.dumps({**package, "lockfileVersion": 3, "packages": {"": package}}))
    (app / "build.js").write_text(BUILD)
    return folder


def test_it_packs_the_built_app_and_not_its_sources(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    hook = "import hatchling.build as b, sys; print(b.build_sdist(sys.argv[1])); print(b.build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", hook, str(tmp_path)], cwd=folder, check=True)

    with zipfile.ZipFile(tmp_path / "nirweb-0.1.0-py3-none-any.whl") as wheel:
        names = wheel.namelist()
        assert wheel.read("nirweb/pwa/dist/index.html") == b"the app"
    assert [name for name in names if name.startswith("nirweb/pwa/") and "/dist/" not in name] == []
    assert "ble_bridge/contract/wire.py" in names

    with tarfile.open(tmp_path / "nirweb-0.1.0.tar.gz") as sdist:
        names = sdist.getnames()
    assert "nirweb-0.1.0/nirweb/pwa/dist/index.html" in names
    assert "nirweb-0.1.0/nirweb/pwa/build.js" in names
    assert not any("node_modules" in name for name in names)
