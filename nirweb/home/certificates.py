"""The authority's and the leaf's files, in DATA/home/<host>/. Keys are made 0600 and stay so [H22]."""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from nirweb import on_disk
from nirweb.home import authority
from nirweb.home.authority import Authority, Leaf
from nirweb.supervisor.trouble import CannotStart


class Certificates:
    """Of one host."""

    def __init__(self, data: Path, host: str) -> None:
        self.host = host
        self.folder = data / "home" / host.replace(":", "-")
        self.root = self.folder / "authority.crt"
        self.intermediate = self.folder / "intermediate.crt"
        self.signing_key = self.folder / "intermediate.key"
        self.leaf = self.folder / "leaf.pem"
        """Chain and key in one file, so that whoever reads it never meets the one without the other."""

    def prepare(self, now: datetime.datetime) -> Authority:
        """The authority, made where there is none, and a leaf that is good now.

        Raises:
            CannotStart: a file cannot be read or written, or is not what it should be.
        """
        try:
            found = self._load() if self.signing_key.exists() else self._make(now)
            self.renew(found, now)
        except OSError as error:
            where = error.filename or self.folder
            raise CannotStart(
                f"The home certificates cannot be kept ({where}: {error.strerror}): make that writable for you."
            ) from None
        if now >= found.intermediate.not_valid_after_utc:
            raise CannotStart(
                f"The home certificate ended on {found.root.not_valid_after_utc:%Y-%m-%d}: remove {self.folder} and start again; "
                "every phone must then trust the new one."
            )
        return found

    def renew(self, found: Authority, now: datetime.datetime) -> bool:
        """A new leaf where it is time for one [H23]; whether it was. An authority that is over makes none."""
        if now >= found.intermediate.not_valid_after_utc:
            return False
        if self.leaf.exists() and authority.is_good(self.leaf.read_bytes(), found, now):
            return False
        on_disk.write(self.leaf, _together(authority.issue(found, now)))
        return True

    def _make(self, now: datetime.datetime) -> Authority:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = authority.make(self.host, now)
        on_disk.write(self.root, authority.pem(made.root))
        on_disk.write(self.intermediate, authority.pem(made.intermediate))
        on_disk.write(self.signing_key, authority.key_pem(made.key))  # last: with it, all is there
        return made

    def _load(self) -> Authority:
        try:
            root, intermediate = (x509.load_pem_x509_certificate(file.read_bytes()) for file in (self.root, self.intermediate))
            key = load_pem_private_key(self.signing_key.read_bytes(), None)
            intermediate.verify_directly_issued_by(root)
            if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != intermediate.public_key():
                raise ValueError("the key is another's")
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a damaged file brings about
            raise CannotStart(
                f"The home certificates in {self.folder} are damaged ({error}): put that folder back from a backup. "
                "Without one, remove it; every phone must then trust the new certificate."
            ) from None
        for secret in (self.signing_key, self.leaf):  # whoever put them back from somewhere may have been careless
            if secret.exists() and secret.stat().st_mode & 0o077:
                secret.chmod(on_disk.OWNER_ONLY)
        return Authority(self.host, root, intermediate, key)


def _together(leaf: Leaf) -> bytes:
    return leaf.chain + leaf.key
