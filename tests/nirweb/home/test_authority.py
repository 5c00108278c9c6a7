"""The home authority, judged by a real TLS client that trusts it alone."""

import datetime
import ssl
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from nirweb.home import authority
from nirweb.home.authority import LEAF_LIFE, RENEW_WITH_LEFT, Authority
from nirweb.home.certificates import Certificates
from nirweb.supervisor.trouble import CannotStart
from tests.nirweb.home.tls import context_of, serving, shake, trusting

HOME = "nirweb-test.local"
DAY = datetime.timedelta(days=1)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def home() -> Authority:
    return authority.make(HOME, now())


def why_refused(
    home: Authority, folder: Path, host: str, *, leaf_for: str | None = None, at: datetime.datetime | None = None
) -> str:
    leaf = authority.issue(home, at or now(), leaf_for)
    with serving(context_of(leaf, folder)) as port, pytest.raises(ssl.SSLCertVerificationError) as refused:
        shake(port, host, trusting(home))
    return refused.value.verify_message


def test_H20_a_client_that_trusts_the_root_takes_the_home_name(home: Authority, tmp_path: Path) -> None:
    with serving(context_of(authority.issue(home, now()), tmp_path)) as port:
        shown = x509.load_der_x509_certificate(shake(port, HOME, trusting(home)))
    assert shown.not_valid_after_utc - now() <= LEAF_LIFE


def test_H20_a_client_of_another_authority_refuses_it(home: Authority, tmp_path: Path) -> None:
    other = authority.make(HOME, now())
    with serving(context_of(authority.issue(home, now()), tmp_path)) as port, pytest.raises(ssl.SSLCertVerificationError):
        shake(port, HOME, trusting(other))


@pytest.mark.parametrize("other", ["example.org", "nirweb-evil.local", "local", "127.0.0.1", "192.168.1.1", "::1"])
def test_H21_a_name_outside_the_constraints_is_refused(home: Authority, tmp_path: Path, other: str) -> None:
    assert "subtree violation" in why_refused(home, tmp_path, other, leaf_for=other)


def test_H21_the_intermediate_alone_is_constrained_too(home: Authority, tmp_path: Path) -> None:
    """As for a phone that does not look at a root's constraints: here the intermediate is what is trusted."""
    leaf = authority.issue(home, now(), "example.org")
    client = trusting(replace(home, root=home.intermediate))
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    with serving(context_of(leaf, tmp_path)) as port, pytest.raises(ssl.SSLCertVerificationError) as refused:
        shake(port, "example.org", client)
    assert "subtree violation" in refused.value.verify_message


def test_H21_constraints_are_critical_and_an_intermediate_signs_no_other(home: Authority) -> None:
    for certificate, most in ((home.root, 1), (home.intermediate, 0)):
        assert certificate.extensions.get_extension_for_class(x509.NameConstraints).critical
        assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == most


def test_H6_an_authority_for_an_address_takes_that_address_and_no_name(tmp_path: Path) -> None:
    bare = authority.make("127.0.0.1", now())
    with serving(context_of(authority.issue(bare, now()), tmp_path)) as port:
        shake(port, "127.0.0.1", trusting(bare))
    assert "subtree violation" in why_refused(bare, tmp_path, "127.0.0.2", leaf_for="127.0.0.2")
    assert "subtree violation" in why_refused(bare, tmp_path, HOME, leaf_for=HOME)


def test_H23_an_expired_leaf_is_refused(home: Authority, tmp_path: Path) -> None:
    old = authority.make(HOME, now() - 60 * DAY)
    assert "expired" in why_refused(old, tmp_path, HOME, at=now() - LEAF_LIFE - DAY)


def test_H21_the_wrong_host_is_refused(home: Authority, tmp_path: Path) -> None:
    assert "Hostname mismatch" in why_refused(home, tmp_path, "nirweb-evil.local")


@pytest.mark.parametrize(
    ("after", "good"),
    [
        (datetime.timedelta(0), True),
        (LEAF_LIFE - RENEW_WITH_LEFT - DAY, True),
        (LEAF_LIFE - RENEW_WITH_LEFT, False),
        (LEAF_LIFE + DAY, False),
        (-3 * DAY, False),
    ],
)
def test_H23_a_leaf_is_renewed_with_half_its_life_left_or_when_the_clock_went_back(
    home: Authority, after: datetime.timedelta, good: bool
) -> None:
    made = now()
    assert authority.is_good(authority.issue(home, made).chain, home, made + after) is good


def test_H23_what_is_broken_or_another_authoritys_is_made_anew(home: Authority) -> None:
    assert not authority.is_good(b"", home, now())
    assert not authority.is_good(authority.issue(authority.make(HOME, now()), now()).chain, home, now())


def test_H22_keys_are_for_their_owner_alone_and_the_roots_is_nowhere(tmp_path: Path) -> None:
    kept = Certificates(tmp_path, HOME)
    found = kept.prepare(now())
    for path in (kept.signing_key, kept.leaf):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys = [path for path in kept.folder.iterdir() if b"PRIVATE KEY" in path.read_bytes()]
    assert sorted(keys) == sorted([kept.signing_key, kept.leaf])
    assert found.root.public_key() != found.key.public_key()


def test_H20_the_next_start_finds_the_same_authority_and_leaf(tmp_path: Path) -> None:
    kept = Certificates(tmp_path, HOME)
    first, leaf = kept.prepare(now()), kept.leaf.read_bytes()
    assert kept.prepare(now() + DAY).fingerprint == first.fingerprint
    assert kept.leaf.read_bytes() == leaf
    assert kept.prepare(now() + LEAF_LIFE).fingerprint == first.fingerprint
    assert kept.leaf.read_bytes() != leaf


def test_H24_a_clock_that_went_back_and_an_authority_that_is_over_break_nothing(tmp_path: Path) -> None:
    kept = Certificates(tmp_path, HOME)
    found = kept.prepare(now())
    assert b"CERTIFICATE" in authority.issue(found, now() - 20000 * DAY).chain
    over = now() + 4000 * DAY
    assert not kept.renew(found, over)
    with pytest.raises(CannotStart, match="The home certificate ended on") as told:
        kept.prepare(over)
    assert "\n" not in str(told.value)


def test_H7_damaged_or_unwritable_certificates_are_one_line(tmp_path: Path) -> None:
    kept = Certificates(tmp_path, HOME)
    kept.prepare(now())
    kept.signing_key.write_text("nothing")
    with pytest.raises(CannotStart, match="are damaged") as told:
        kept.prepare(now())
    assert "\n" not in str(told.value)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "home").touch()
    with pytest.raises(CannotStart, match="cannot be kept"):
        Certificates(tmp_path / "other", HOME).prepare(now())
