"""What the person of these tests has on the system, and how it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.boot.system import CLONE, PYTHON, System

PERSON: Final = "light"
ORIGIN: Final = "http://localhost:8010"
PRODUCT: Final = "nirweb.service"
BRIDGE: Final = "nirweb-bridge.service"
DATA: Final = Path(f"/home/{PERSON}/data")
HOME: Final = Path(f"/home/{PERSON}/bridge")
SETTINGS: Final = f'server = "{ORIGIN}"\nname = "Bridge in the hall"\nradios = ["system"]\n'
WAITS: Final = f"""
import time, urllib.request as web
while True:
    try:
        web.urlopen("{ORIGIN}/healthz", timeout=2)
        break
    except OSError:
        time.sleep(0.05)
"""
KEEPS_COMPILED: Final = f"PYTHONPYCACHEPREFIX=/home/{PERSON}/.cache/python\n"
"""As in a clone of the person's own, where Python writes beside its files; here it is root's."""


@dataclass
class House:
    system: System

    # ── The product, a service of the person ─────────────────────────────────────────────────────────────────────────
    def install_product(self) -> str:
        compiled = self.system.path(f"/home/{PERSON}/.config/environment.d")
        if not compiled.exists():
            self.as_person("mkdir", "-p", f"/home/{PERSON}/.config/environment.d")
            (compiled / "python.conf").write_text(KEEPS_COMPILED)
        options = ("--no-demo", "--port", "8010", "--data", DATA)
        return self.as_person(PYTHON, "manage.py", "install-service", *options)

    def as_person(self, *words: object) -> str:
        return self.system.signed_in(PERSON, *words)

    def product(self, *names: str) -> dict[str, str]:
        return self.system.shown(PRODUCT, *names, user=PERSON)

    def wait_until_alive(self) -> None:
        self.system.types("timeout", "60", PYTHON, "-c", WAITS)

    # ── The bridge, a service of the machine ─────────────────────────────────────────────────────────────────────────
    def install_bridge(self) -> str:
        home = self.system.path(HOME)
        if not home.exists():
            home.mkdir()
            (home / "bridge.toml").write_text(SETTINGS)
            self.system.types("chown", "-R", f"{PERSON}:", HOME)
        return self.in_project("-m", "ble_bridge", "install-service", "--home", HOME, SUDO_USER=PERSON)

    def bridge(self, *names: str) -> dict[str, str]:
        return self.system.shown(BRIDGE, *names)

    def let_bridge_in(self) -> str:
        """The names of the panels that it heard then."""
        server = {"DJANGO_SETTINGS_MODULE": "nirweb.settings", "NIRWEB_DATA": "/tmp/nobody"}  # noqa: S108 - its own /tmp
        return self.in_project("-m", "tests.boot.letting_in", ORIGIN, HOME, **server).strip()

    def doctor(self) -> str:
        """Something is wrong always: there is no adapter [G20]."""
        done = self.system.typed("env", "-C", CLONE, PYTHON, "-m", "ble_bridge", "doctor", "--home", HOME)
        assert done.returncode == 1, done.stderr
        assert "WRONG G20  No Bluetooth adapter was found" in done.stdout
        return done.stdout

    def in_project(self, *words: object, **environment: str) -> str:
        return self.system.types("env", "-C", CLONE, PYTHON, *words, **environment)

    # ── What runs ────────────────────────────────────────────────────────────────────────────────────────────────────
    def processes(self, words: str) -> list[str]:
        """Whose command holds the words, as `PID COMMAND`."""
        return [line.strip() for line in self.system.types("ps", "-ewwo", "pid=,args=").splitlines() if words in line]

    def kill(self, signal: str, pid: str) -> None:
        assert int(pid) > 1, "0 would be this test itself"
        self.system.types("kill", f"-{signal}", pid)
