"""Builds the guest from the packages of the machine's own Debian: kernel, first disk, root file system. Kept by what went in."""

import gzip
import lzma
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path
from typing import Final

import platformdirs

GUEST: Final = Path(__file__).parent / "guest"
PACKAGES: Final = ("bluez", "dbus", "python3", "kmod", "iproute2", "busybox-static")
FIRST_MODULES: Final = ("virtio_blk", "virtio_pci", "ext4", "9pnet_virtio", "9p")
"""What the first disk needs to see the root file system."""
MODULES: Final = (
    "drivers/bluetooth", "net/bluetooth", "drivers/virtio", "drivers/block/virtio_blk.ko*", "fs/ext4", "fs/jbd2",
    "fs/mbcache.ko*", "crypto", "lib", "drivers/hid/uhid.ko*", "drivers/hid/hid.ko*", "fs/9p", "net/9p", "fs/netfs",
    "fs/fscache", "net/rfkill", "arch/x86/crypto", "drivers/net/virtio_net.ko*", "drivers/net/net_failover.ko*",
    "net/core/failover.ko*",
)  # fmt: skip
SIZE: Final = "900M"
KEPT: Final = 2
"""Images in the cache; older ones are deleted."""


class NotHere(Exception):
    """The machine cannot be built or run here; one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Image:
    folder: Path

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinuz"

    @property
    def first_disk(self) -> Path:
        return self.folder / "initrd.gz"

    @property
    def root(self) -> Path:
        return self.folder / "rootfs.img"


def image() -> Image:
    """The one for this tree, built where there is none yet. Raises NotHere."""
    release = _release()
    cache = platformdirs.user_cache_path("nirweb") / "machines"
    folder = cache / _digest(release)
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="building-") as new:
            built = Path(new) / "image"
            built.mkdir()
            _build(built, Path(new), release)
            if not folder.is_dir():
                built.rename(folder)
    os.utime(folder)
    kept = sorted((one for one in cache.iterdir() if not one.name.startswith("building-")), key=lambda one: one.stat().st_mtime)
    for old in kept[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return Image(folder)


def require() -> None:
    """Raises NotHere where this machine is of another kind, or its user may not build."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise NotHere(f"the virtual machine is for Linux on x86_64, this is {sys.platform} {platform.machine()}")
    if os.geteuid() != 0:
        raise NotHere("building the virtual machine needs root")
    if not shutil.which("apt-get") or platform.freedesktop_os_release().get("ID") != "debian":
        raise NotHere("the virtual machine is built from Debian's packages, and this is no Debian")
    _release()


def _release() -> str:
    """Debian's code name. Its Python must be ours, whose packages the guest uses."""
    release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    theirs = {"bookworm": (3, 11), "trixie": (3, 13)}.get(release)
    if theirs != sys.version_info[:2]:
        raise NotHere(
            f"Debian {release}'s Python is {theirs}, this one is {sys.version_info[:2]}: the guest cannot use its packages"
        )
    return release


def _digest(release: str) -> str:
    hashed = blake2s(f"{release} {PACKAGES} {MODULES} {SIZE}".encode(), digest_size=8)
    for part in (Path(__file__), *sorted(GUEST.iterdir())):
        hashed.update(part.read_bytes())
    return hashed.hexdigest()


def _build(to: Path, work: Path, release: str) -> None:
    root = work / "root"
    packages = ",".join(PACKAGES)
    _run("debootstrap", "--variant=minbase", f"--include={packages}", release, str(root), _mirror(release), proxied=True)
    version = _kernel(root, work, to)
    init = root / "sbin" / "suite-init"
    shutil.copy(GUEST / "init", init)
    init.chmod(0o755)
    _first_disk(root, work, to, version)
    for waste in ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale", "usr/share/man"):
        shutil.rmtree(root / waste, ignore_errors=True)
    _run("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", str(root), str(to / "rootfs.img"), SIZE)


def _kernel(root: Path, work: Path, to: Path) -> str:
    """Unpacked, not installed: of its modules only what the guest needs. Its version."""
    depends = _run("chroot", str(root), "apt-cache", "depends", "linux-image-amd64")
    package = next(line.split()[-1] for line in depends.splitlines() if "Depends:" in line)
    _run("chroot", str(root), "sh", "-c", f"cd /tmp && apt-get -o APT::Sandbox::User=root download {package}", proxied=True)
    (archive,) = (root / "tmp").glob("linux-image-*.deb")
    unpacked = work / "kernel"
    _run("dpkg-deb", "-x", str(archive), str(unpacked))
    archive.unlink()
    (kernel,) = (unpacked / "boot").glob("vmlinuz-*")
    version = kernel.name.removeprefix("vmlinuz-")
    shutil.copy(kernel, to / "vmlinuz")
    (source,) = (
        one for one in (unpacked / "lib/modules" / version, unpacked / "usr/lib/modules" / version) if (one / "kernel").is_dir()
    )
    target = root / "lib" / "modules" / version
    for pattern in MODULES:
        for found in (source / "kernel").glob(pattern):
            place = target / "kernel" / found.relative_to(source / "kernel")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(found, place) if found.is_dir() else shutil.copy(found, place)
    for listed in source.glob("modules.*"):
        if listed.suffix in (".order", ".builtin", ".modinfo"):
            shutil.copy(listed, target)
    _run("chroot", str(root), "depmod", version)
    return version


def _first_disk(root: Path, work: Path, to: Path, version: str) -> None:
    disk = work / "initrd"
    for folder in ("bin", "lib", "newroot", "proc", "dev"):
        (disk / folder).mkdir(parents=True)
    shutil.copy(root / "bin" / "busybox", disk / "bin")
    shutil.copy(GUEST / "initrd-init", disk / "init")
    (disk / "init").chmod(0o755)
    modules: dict[str, None] = {}
    for name in FIRST_MODULES:
        shown = _run("chroot", str(root), "modprobe", "-S", version, "--show-depends", name)
        modules |= {line.split()[1]: None for line in shown.splitlines() if line.startswith("insmod ")}
    for module in modules:
        packed = (root / module.lstrip("/")).read_bytes()
        name = Path(module).name.removesuffix(".xz")
        (disk / "lib" / name).write_bytes(lzma.decompress(packed) if module.endswith(".xz") else packed)
    disk.joinpath("modlist").write_text("".join(f"{Path(module).name.removesuffix('.xz')}\n" for module in modules))
    names = "\n".join(str(path.relative_to(disk)) for path in sorted(disk.rglob("*")))
    archive = subprocess.run(
        ["cpio", "-o", "-H", "newc", "--quiet"], cwd=disk, input=names.encode(), capture_output=True, check=True
    )
    (to / "initrd.gz").write_bytes(gzip.compress(archive.stdout, 1))


def _mirror(release: str) -> str:
    """Where this machine has its own packages from. Raises NotHere."""
    told = _run("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages")
    for line in told.splitlines():
        address, *of = line.split()
        if of == [release, "main"]:
            return address
    raise NotHere(f"the package sources of this machine name no main component of {release}")


def _run(*command: str, proxied: bool = False) -> str:
    """What it said. Raises NotHere with its last words."""
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    if proxied and not environment.get("http_proxy"):
        said = subprocess.run(
            ["apt-config", "dump", "--format", "%v", "Acquire::http::Proxy"], capture_output=True, text=True, check=False
        )
        environment |= {"http_proxy": said.stdout.strip()} if said.stdout.strip() else {}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-2:]
        raise NotHere(f"{' '.join(command[:2])} failed: {' '.join(words)}")
    return done.stdout
