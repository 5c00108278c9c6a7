"""The one file of a backup: a zip whose `manifest.json` names each member with its size and hash [K11]."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from nirweb.backup import contents
from nirweb.backup.progress import Progress
from nirweb.backup.trouble import CannotBackUp

FORMAT: Final = "nirweb-backup"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
LARGEST_MANIFEST: Final = 64 * 1024 * 1024
CHUNK: Final = 1024 * 1024
UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
PACKED_ALREADY: Final = (contents.DUMP, "photos/")


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What a backup is of."""

    made_at: str
    software: str
    database: str
    """sqlite or postgresql."""
    migrations: list[str]
    """The schema: "app name" of each migration that was applied."""
    keys: bool
    """False: the server's keys come from its environment, and have to be kept apart."""


class Writer:
    def __init__(self, path: Path, progress: Progress) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._progress = progress
        self.members: list[Member] = []

    def add(self, name: str, source: Path) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o600 << 16
        info.compress_type = zipfile.ZIP_STORED if name.startswith(PACKED_ALREADY) else zipfile.ZIP_DEFLATED
        size, digest = 0, hashlib.sha256()
        with source.open("rb") as file, self._zip.open(info, "w", force_zip64=True) as member:
            whole = os.fstat(file.fileno()).st_size
            while chunk := file.read(CHUNK):
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                self._progress(name, size, whole)
        self.members.append(Member(name, size, digest.hexdigest()))

    def finish(self, about: About) -> None:
        listed = {"format": FORMAT, "version": VERSION, **asdict(about), "members": [asdict(member) for member in self.members]}
        self._zip.writestr(MANIFEST, json.dumps(listed, indent=1, ensure_ascii=False))
        self._zip.close()

    def abandon(self) -> None:
        self._zip.close()


class Archive:
    """A backup that was opened and whose list was read; nothing of its members is believed yet."""

    def __init__(self, path: Path, opened: zipfile.ZipFile) -> None:
        self.path = path
        self._zip = opened
        self.about, self.members = self._listed()

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members)

    def extract(self, folder: Path, progress: Progress) -> None:
        """Write every member below `folder`, each checked by its size and hash. Raises CannotBackUp."""
        for member in self.members:
            target = folder / member.name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                self._copy(member, file, progress)
                file.flush()
                os.fsync(file.fileno())

    def verify(self, progress: Progress) -> None:
        """Read every member as a restore would, and keep nothing."""
        for member in self.members:
            self._copy(member, None, progress)

    def _copy(self, member: Member, file: IO[bytes] | None, progress: Progress) -> None:
        size, digest = 0, hashlib.sha256()
        try:
            with self._zip.open(member.name) as source:
                while size <= member.size and (chunk := source.read(CHUNK)):
                    size += len(chunk)
                    digest.update(chunk)
                    progress(member.name, size, member.size)
                    if file:
                        file.write(chunk)
        except UNREADABLE as error:
            self._damaged(f"{member.name}: {error}")
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            self._damaged(f"{member.name} is not what was written")

    def _listed(self) -> tuple[About, list[Member]]:
        found = self._manifest()
        if found.get("format") != FORMAT:
            raise CannotBackUp(f"{self.path} is not a backup of NIRWeb.")
        version = found.get("version")
        if not isinstance(version, int) or version > VERSION:
            raise CannotBackUp(f"{self.path} was written by a newer NIRWeb (format {version}): restore it with that one.")
        try:
            about = About(**{name: found[name] for name in About.__slots__})
            members = [Member(**member) for member in found["members"]]
        except (KeyError, TypeError):
            self._damaged("its list of contents cannot be read")
        self._check(about, members)
        return about, members

    def _manifest(self) -> dict[str, Any]:
        if MANIFEST not in self._zip.namelist():
            raise CannotBackUp(f"{self.path} is not a backup of NIRWeb.")
        if self._zip.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            self._damaged("its list of contents is too long")
        try:
            return dict(json.loads(self._zip.read(MANIFEST)))
        except (*UNREADABLE, TypeError):
            self._damaged("its list of contents cannot be read")

    def _check(self, about: About, members: list[Member]) -> None:
        """Each member once, as listed, and none that does not belong: nothing is written outside of its place [K22]."""
        inside = sorted(self._zip.namelist())
        if inside != sorted([MANIFEST, *(member.name for member in members)]):
            self._damaged("it does not hold what its list says")
        foreign = [member.name for member in members if not contents.belongs(member.name)]
        if foreign:
            self._damaged(f"{foreign[0]!r} does not belong in a backup")
        if {"sqlite": contents.DATABASE, "postgresql": contents.DUMP}.get(about.database) not in inside:
            self._damaged("it holds no database")

    def _damaged(self, what: str) -> NoReturn:
        raise CannotBackUp(f"{self.path} is damaged or was changed ({what}): nothing was restored. Use another copy of it.")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup in `path`. Raises CannotBackUp for what is none, or is damaged."""
    try:
        with zipfile.ZipFile(path) as found:
            yield Archive(path, found)
    except zipfile.BadZipFile:
        if _begins_like_a_zip(path):
            raise CannotBackUp(f"{path} is cut short or damaged: nothing was restored. Use another copy of it.") from None
        raise CannotBackUp(f"{path} is not a backup of NIRWeb.") from None
    except FileNotFoundError:
        raise CannotBackUp(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise CannotBackUp(f"{path} is a folder: name the file of the backup.") from None


def _begins_like_a_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"
