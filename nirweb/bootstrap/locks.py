"""The hashed requirement files: what they were compiled from, whether they are stale, how they are compiled anew."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

PRODUCT: Final = "product.txt"
DEV: Final = "dev.txt"
BRIDGE: Final = "bridge.txt"
"""What a bridge by itself needs, also on machines that the server does not run on."""
BUILDER: Final = "builder.txt"
"""What builds the packages that come as source only."""
STAMP: Final = "# compiled from pyproject.toml dependencies sha256:"
COMPILE: Final = [
    "pip", "compile", "pyproject.toml", "--extra", "bridge", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet",
]  # fmt: skip
ALL: Final = ["--extra", "server", "--extra", "virtual", "--extra", "build"]
PIN: Final = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)", re.MULTILINE)


def wanted(project: Path) -> str:
    """SHA-256 (hex) of what pyproject.toml asks for; the first line of each lock carries it."""
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "python": table["project"]["requires-python"],
        "dependencies": sorted(table["project"]["dependencies"]),
        "extras": {name: sorted(lines) for name, lines in sorted(table["project"]["optional-dependencies"].items())},
        "environments": table["tool"]["uv"]["environments"],
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def problems(project: Path) -> list[str]:
    """What is wrong with the locks, one sentence each; empty when they fit. Needs no network."""
    found = []
    pins: dict[str, set[tuple[str, str]]] = {}
    for name in (PRODUCT, DEV, BRIDGE):
        text = (project / "requirements" / name).read_text(encoding="utf-8")
        if text.partition("\n")[0] != STAMP + wanted(project):
            found.append(
                f"requirements/{name} was compiled from other dependencies than pyproject.toml names: run manage.py lock"
            )
        if re.search(r"https?://|--(extra-)?index-url|--find-links", text):
            found.append(f"requirements/{name} names a package host")
        blocks = [block for block in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE) if "==" in block]
        found += [f"requirements/{name}: no hash for {block.split()[0]}" for block in blocks if "--hash=sha256:" not in block]
        pins[name] = {(match["name"], match["version"]) for match in PIN.finditer(text)}
    # the bridge's lock also has what only other machines need
    known = {name for name, _ in pins[PRODUCT]}
    pins[BRIDGE] = {pin for pin in pins[BRIDGE] if pin[0] in known}
    for inner, outer in ((PRODUCT, DEV), (BRIDGE, PRODUCT)):
        missing = sorted(f"{name}=={version}" for name, version in pins[inner] - pins[outer])
        if missing:
            found.append(f"requirements/{outer} lacks pins of {inner}: {', '.join(missing)}")
    return found


def compile_all(project: Path, uv: Path) -> None:
    """Write the locks anew with `uv` (network needed).

    Raises:
        subprocess.CalledProcessError: uv found no solution; it has said why.
    """
    folder = project / "requirements"
    pinned = ["--constraint", str(folder / PRODUCT)]
    # of the three the bridge's is for any machine: `environments` of pyproject.toml says where the server runs
    for name, more in ((PRODUCT, ALL), (DEV, [*ALL, "--extra", "dev", *pinned]), (BRIDGE, ["--no-config", *pinned])):
        target = folder / name
        subprocess.run([str(uv), *COMPILE, *more, "--output-file", str(target)], cwd=project, check=True)
        target.write_text(f"{STAMP}{wanted(project)}\n{target.read_text(encoding='utf-8')}", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """`manage.py lock`: compile the files anew; `lock --check` tells whether they are stale, without a network."""
    project = Path(__file__).resolve().parents[2]
    if arguments not in ([], ["--check"]):
        sys.exit("usage: manage.py lock [--check]")
    if not arguments:
        uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
        if not uv:
            sys.exit("Compiling the locks takes uv:  pip install uv")
        compile_all(project, Path(uv))
    found = problems(project)
    print("\n".join(found) or "The locks fit pyproject.toml.")
    return 1 if found else 0
