"""The home certificate authority: a root that forgets its key, an intermediate for one host only, short-lived leaves.

Only bytes and values here; files are kept by `certificates.py`. A `now` has a time zone.
"""

import datetime
import ipaddress
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFE: Final = datetime.timedelta(days=3653)
LEAF_LIFE: Final = datetime.timedelta(days=10)
RENEW_WITH_LEFT: Final = datetime.timedelta(days=5)
DATED_BACK: Final = datetime.timedelta(days=1)
EVERY_ADDRESS: Final = ("0.0.0.0/0", "::/0")
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    """What phones trust, and what signs for the home."""

    host: str
    root: x509.Certificate
    intermediate: x509.Certificate
    key: Key
    """The intermediate's."""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.root)


@dataclass(frozen=True)
class Leaf:
    """Leaf and intermediate, as a server shows them, and the leaf's key."""

    chain: bytes
    key: bytes


def make(host: str, now: datetime.datetime) -> Authority:
    """A new authority that can sign for `host` and nothing else [H20, H21]."""
    root_key, key = _new_key(), _new_key()
    root_name = _name(f"NIRWeb at home, {host}")
    name = _name(f"NIRWeb at home, {host}, signing")
    ends = now + AUTHORITY_LIFE
    root = (
        _begin(root_name, root_name, root_key, now, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_signs_certificates(), critical=True)
        .add_extension(_only(host), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    intermediate = (
        _begin(name, root_name, key, now, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_signs_certificates(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_only(host), critical=True)
        .add_extension(_signed_by(root_key), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return Authority(host, root, intermediate, key)


def issue(authority: Authority, now: datetime.datetime, host: str | None = None) -> Leaf:
    """A new leaf with a new key. `host` is the authority's own; tests ask for others, to see them refused."""
    key = _new_key()
    host = host or authority.host
    begins = max(now - DATED_BACK, authority.intermediate.not_valid_before_utc)  # a clock may have gone back
    ends = min(begins + DATED_BACK + LEAF_LIFE, authority.intermediate.not_valid_after_utc)
    leaf = (
        _begin(_name("NIRWeb at home"), authority.intermediate.subject, key, begins, ends, dated_back=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        .add_extension(_signed_by(authority.key), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Leaf(pem(leaf) + pem(authority.intermediate), key_pem(key))


def is_good(chain: bytes, authority: Authority, now: datetime.datetime) -> bool:
    """Whether a leaf can be shown now and for a while: of this authority, begun, and not to be renewed yet [H23]."""
    try:
        leaf = x509.load_pem_x509_certificate(chain)
        leaf.verify_directly_issued_by(authority.intermediate)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, another one is made
        return False
    return leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc - RENEW_WITH_LEFT


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256, as phones show it: pairs of capital letters and digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def key_pem(key: Key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _begin(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    begins: datetime.datetime,
    ends: datetime.datetime,
    *,
    dated_back: bool = True,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - DATED_BACK if dated_back else begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _only(host: str) -> x509.NameConstraints:
    """A name: that one, and no address. An address: that one, and no name."""
    address = _address(host)
    if address is None:
        every = [x509.IPAddress(ipaddress.ip_network(one)) for one in EVERY_ADDRESS]
        return x509.NameConstraints([x509.DNSName(host)], every)
    alone = x509.IPAddress(ipaddress.ip_network(f"{address}/{address.max_prefixlen}"))
    # "home.invalid" can be nobody's: where a kind of name is permitted at all, others of its kind are not
    return x509.NameConstraints([alone, x509.DNSName("home.invalid")], None)


def _general_name(host: str) -> x509.GeneralName:
    address = _address(host)
    return x509.DNSName(host) if address is None else x509.IPAddress(address)


def _address(host: str) -> "ipaddress.IPv4Address | ipaddress.IPv6Address | None":
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _signed_by(key: Key) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _signs_certificates() -> x509.KeyUsage:
    return _usage(key_cert_sign=True, crl_sign=True)


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, key_cert_sign=key_cert_sign, crl_sign=crl_sign,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
