"""Where `up` keeps things: the data folder, which one `up` holds at a time, and a short runtime folder for sockets."""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path
from typing import IO, Any, Final

from nirweb.supervisor.trouble import CannotStart

PROJECT: Final = Path(__file__).resolve().parents[2]
ENDING_S: Final = 6
LONGEST_SOCKET: Final = 100
"""A unix socket's path over 107 bytes (103 on macOS) fails."""


def default_data() -> Path:
    """`data` in a clone, which is ignored by git; the user's data folder where NIRWeb was installed as a package."""
    if (PROJECT / "manage.py").exists():
        return PROJECT / "data"
    import platformdirs

    return Path(platformdirs.user_data_dir("nirweb", appauthor=False))


def runtime_of(data: Path) -> Path:
    """The short folder for the sockets that belong to a data folder; the same one each time."""
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:8]
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    if base and os.access(base, os.W_OK) and len(base) + 40 < LONGEST_SOCKET:
        return Path(base) / f"nirweb-{name}"
    return Path("/tmp" if len(tempfile.gettempdir()) > 40 else tempfile.gettempdir()) / f"nirweb-{os.getuid()}-{name}"  # noqa: S108 - owner and mode are checked


def _hold(lock: IO[str]) -> bool:
    """Take the lock; when its `up` was killed and the parts are still ending, wait for them."""
    deadline_s = time.monotonic() + ENDING_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            if time.monotonic() > deadline_s or _runs(_holder(lock.read()).get("pid")):
                return False
            time.sleep(0.1)
        else:
            return True


def _holder(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


def _runs(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid is not None


class Folders:
    """The data and runtime folder, made and held."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.run = runtime_of(data)
        self._lock: IO[str] | None = None

    def claim(self, address: str) -> None:
        """Make the folders and hold them against another `up`.

        Raises:
            CannotStart: they cannot be written to, or another `up` holds them; the message tells its address.
        """
        try:
            for name in ("bridge", "logs", "valkey"):
                (self.data / name).mkdir(parents=True, exist_ok=True)
            self.data.chmod(0o700)
            lock = (self.data / "up.lock").open("a+")
        except OSError as error:
            raise CannotStart(f"Cannot write to {self.data} ({error.strerror}): give another folder with --data DIR.") from None
        if not _hold(lock):
            raise CannotStart(self._held_by(lock))
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "address": address}))
        lock.flush()
        self._lock = lock
        self._make_runtime()

    @property
    def lock_fd(self) -> int:
        """Each part inherits it: after a kill -9 of `up` the folder is free once the last part has ended."""
        assert self._lock is not None  # noqa: S101 - claim() comes first
        return self._lock.fileno()

    def _held_by(self, lock: IO[str]) -> str:
        lock.seek(0)
        holder = _holder(lock.read())
        where = f" at {holder['address']} (process {holder['pid']})" if "address" in holder else ""
        return f"NIRWeb already runs on {self.data}{where}: stop it there, or give another folder with --data DIR."

    def _make_runtime(self) -> None:
        self.run.mkdir(mode=0o700, exist_ok=True)
        found = self.run.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise CannotStart(f"{self.run} belongs to somebody else: remove it and start again.")
        self.run.chmod(0o700)
        _empty(self.run)  # sockets of an `up` that was killed; the lock says it is gone

    def release(self) -> None:
        """Nothing runs any more: take the runtime folder away. The data folder stays."""
        _empty(self.run)
        self.run.rmdir()

    def let_go(self) -> None:
        """Release, and let another one have the data folder."""
        self.release()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
