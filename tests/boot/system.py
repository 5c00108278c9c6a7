"""This machine's own system, started a second time in namespaces of its own: a real systemd with journal, D-Bus and sign-in.

Everything of the machine can be read there; what is written stays in memory and is gone with it. It has no network but its own.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.running import PROJECT, wait_until

BEGIN: Final = Path(__file__).with_name("begin.sh")
PROGRAMS: Final = (
    "systemctl",
    "systemd-run",
    "unshare",
    "nsenter",
    "pivot_root",
    "dbus-daemon",
    "useradd",
    "runuser",
    "setpriv",
    "ip",
)
SYSTEMD: Final = (Path("/lib/systemd/systemd"), Path("/usr/lib/systemd/systemd"))
CGROUPS: Final = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified"))
HOLDS: Final = "mount --make-rprivate / && mount -t tmpfs -o mode=755 kept $1 && ip link set lo up && echo ready && exec cat"
EMPTIED: Final = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - names, nothing is put there


def inside(path: Path) -> Path:
    """Where it is found there. What lies in /tmp has another place: it is emptied at each start, and each service has its own."""
    return Path(f"/srv{path}") if any(path.is_relative_to(one) for one in EMPTIED) else path


NEEDED: Final = (PROJECT, Path(sys.prefix), Path(sys.base_prefix))
CLONE: Final = inside(PROJECT)
PYTHON: Final = inside(Path(sys.executable))


ANSWERS_WITHIN_S: Final = 90
"""Longer than `up` takes to be ready anywhere."""


class NotHere(Exception):
    """Why no system can be started on this machine."""


def require() -> None:
    """Raises NotHere."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NotHere("a system of its own is started by root, on Linux")
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or not any(path.exists() for path in SYSTEMD):
        raise NotHere(f"systemd is not installed here ({', '.join(missing) or 'systemd itself'} is missing)")
    if not any(Path("/usr/lib").glob("*/security/pam_systemd.so")):
        raise NotHere("who signs in has no session of systemd here (libpam-systemd is missing)")
    if _cgroups() is None:
        raise NotHere("there are no control groups of version 2 that may be written to")
    tried = subprocess.run(
        ["unshare", "--mount", "--net", "--pid", "--cgroup", "--fork", "true"], capture_output=True, check=False
    )
    if tried.returncode:
        raise NotHere(f"no namespaces may be made here: {tried.stderr.decode().strip()}")


def _cgroups() -> Path | None:
    """`cgroup.controllers` is there in version 2 alone."""
    return next((path for path in CGROUPS if (path / "cgroup.controllers").exists() and _may_be_written(path)), None)


def _may_be_written(path: Path) -> bool:
    return not os.statvfs(path).f_flag & os.ST_RDONLY


class System:
    """Off at first. `kept` outlives its ends, as a disk does."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        # holds the memory and the network between two starts
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--net", "--kill-child", "--fork", "sh", "-c", HOLDS, "-", kept],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._holder.stdout
        assert self._holder.stdout.readline() == "ready\n"
        self._group = Path(f"{_cgroups()}/nirweb-{os.getpid()}-{self._holder.pid}")
        self._started: subprocess.Popen[bytes] | None = None

    # ── On and off ───────────────────────────────────────────────────────────────────────────────────────────────────
    def start(self) -> None:
        """Returns when it has started everything that it starts."""
        self._group.mkdir(exist_ok=True)
        enter = f'echo $$ > {self._group}/cgroup.procs && exec "$@"'
        self._started = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "sh", "-c", enter, "-",
             "nsenter", "-t", str(_child(self._holder.pid)), "-m", "-n", "--",
             "unshare", "--pid", "--mount", "--cgroup", "--ipc", "--uts", "--kill-child", "--fork",
             "sh", BEGIN, self._kept, *(f"{path}:{inside(path)}" for path in NEEDED)],
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self._is_up, 30)

    def _is_up(self) -> bool:
        assert self._started
        assert self._started.poll() is None, "systemd ended"
        first = _child(self._started.pid)
        if not first or Path(f"/proc/{first}/comm").read_text() != "systemd\n":
            return False
        return self.typed("systemctl", "is-system-running", "--wait").stdout.strip() in {"running", "degraded"}

    def power_off(self) -> float:
        """As the button does. Returns how many seconds it took."""
        assert self._started
        began_s = time.monotonic()
        os.kill(_child(self._started.pid), signal.SIGRTMIN + 4)
        self._started.wait(60)
        self._started = None
        return time.monotonic() - began_s

    def end(self) -> None:
        """Whatever state it is in; nothing is left of it."""
        if self._started:
            self._started.kill()
            self._started.wait()
        assert self._holder.stdin
        self._holder.communicate()
        wait_until(lambda: not self._group.exists() or not (self._group / "cgroup.events").read_text().count("populated 1"), 10)
        for group in sorted((one for one in self._group.rglob("*") if one.is_dir()), reverse=True):
            group.rmdir()
        if self._group.exists():
            self._group.rmdir()

    # ── In it ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def typed(self, *words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        """What root types there."""
        assert self._started
        inside = ["nsenter", "-t", str(_child(self._started.pid)), "-m", "-p", "-n", "-i", "-u", "-C", "--"]
        own = [f"{name}={value}" for name, value in environment.items()]
        command = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/root", *own, *map(str, words)]
        return subprocess.run(
            [*inside, *command], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=ANSWERS_WITHIN_S, start_new_session=True,
        )  # fmt: skip

    def types(self, *words: object, **environment: str) -> str:
        """What is said to root, of what must go well."""
        done = self.typed(*words, **environment)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr[-2000:]}"
        return done.stdout

    def signed_in(self, user: str, *words: object, **environment: str) -> str:
        """The same for a person who signs in, types, and signs out."""
        own = [f"--setenv={name}={value}" for name, value in environment.items()]
        place = ("--property=PAMName=login", f"--property=User={user}", f"--property=WorkingDirectory={CLONE}")
        return self.types("systemd-run", "--quiet", "--pipe", "--wait", "--collect", *place, *own, *words)

    def shown(self, unit: str, *names: str, user: str = "") -> dict[str, str]:
        """What systemd itself says of a unit: of the machine's manager, or of the user's."""
        manager = ["systemctl"]
        if user:
            place = f"XDG_RUNTIME_DIR=/run/user/{self.path(f'/home/{user}').stat().st_uid}"
            manager = ["runuser", "-u", user, "--", "env", place, "systemctl", "--user"]
        said = self.types(*manager, "show", unit, *(f"--property={name}" for name in names))
        return dict(line.partition("=")[::2] for line in said.splitlines())

    def path(self, path: str | Path) -> Path:
        """The same file, seen from outside."""
        assert self._started
        return Path(f"/proc/{_child(self._started.pid)}/root{path}")


@contextmanager
def switched_on(kept: Path) -> Iterator[System]:
    system = System(kept)
    try:
        yield system
    finally:
        system.end()


def _child(pid: int) -> int:
    """Of a process that has one at most; 0 while it has none."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    return int(children[0]) if children else 0
