"""The folders of the bridge: what `up` tells it, and the enrolment code that it asks to have approved."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nirweb.supervisor.folders import Folders


@dataclass(frozen=True)
class Request:
    """A bridge that waits to be approved (RFC 8628)."""

    user_code: str
    link: str


@dataclass(frozen=True)
class Home:
    """One line of the bridge: a folder, a name, and the radios it may use."""

    folder: Path
    name: str
    radios: tuple[str, ...]

    def write(self, server: str) -> None:
        """Write bridge.toml. It belongs to `up`, which knows the address and this run's sockets."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = {"server": server, "name": self.name, "radios": list(self.radios)}
        # JSON's strings and lists are TOML's
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
        (self.folder / "bridge.toml").write_text(
            "# written by `manage.py up` at each start\n" + "\n".join(lines) + "\n", encoding="utf-8"
        )

    @property
    def enrolled(self) -> bool:
        return (self.folder / "token.json").exists()

    @property
    def paired(self) -> bool:
        """Whether the demo's panel was paired through this bridge."""
        return (self.folder / "paired").exists()

    def note_paired(self, *, paired: bool) -> None:
        if paired:
            (self.folder / "paired").touch()
        else:
            (self.folder / "paired").unlink(missing_ok=True)

    def request(self) -> Request | None:
        """The code that waits for approval; None while there is none."""
        try:
            asked: dict[str, Any] = json.loads((self.folder / "enrol.json").read_text(encoding="utf-8"))
            return Request(str(asked["user_code"]), str(asked["verification_uri_complete"]))
        except (OSError, ValueError, KeyError):
            return None


def homes(folders: Folders, *, adapter: bool, demo: bool) -> list[Home]:
    """The person's own bridge, and with the demo a second one that holds only the demo's radio."""
    own = (("system",) if adapter else ()) + ((_virtual(folders, "home"),) if demo else ())
    found = [Home(folders.data / "bridge", "Bridge at home", own)]
    if demo:
        found.append(Home(folders.data / "demo-bridge", "Demo bridge", (_virtual(folders, "demo"),)))
    return found


def _virtual(folders: Folders, radio: str) -> str:
    return f"virtual:{folders.run / f'hci-{radio}.sock'}"
