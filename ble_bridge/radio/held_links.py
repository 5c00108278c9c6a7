"""Which devices this bridge holds connected, on the disk: a link outlives its process, and BlueZ does not say whose it was."""

import contextlib
import json
from pathlib import Path

import structlog

log = structlog.stdlib.get_logger(__name__)


class HeldLinks:
    """Without a path it forgets. A broken file is an empty one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.addresses: set[str] = set()
        if path is not None:
            with contextlib.suppress(OSError, ValueError):
                kept = json.loads(path.read_text(encoding="utf-8"))
                self.addresses = {one for one in kept if isinstance(one, str)} if isinstance(kept, list) else set()

    def add(self, address: str) -> None:
        if address not in self.addresses:
            self.addresses.add(address)
            self._write()

    def remove(self, address: str) -> None:
        if address in self.addresses:
            self.addresses.remove(address)
            self._write()

    def _write(self) -> None:
        """Not forced to the disk: a loss of power ends the links too."""
        if self._path is None:
            return
        new = self._path.with_suffix(".new")
        try:
            new.write_text(json.dumps(sorted(self.addresses)), encoding="utf-8")
            new.replace(self._path)
        except OSError as error:
            log.warning("the list of links cannot be kept", error=str(error))
