"""`manage.py up --lan` as the network sees it: real processes, a real TLS client, mDNS on loopback.

127.0.0.2 stands for the home network.
"""

import datetime
import http.client
import json
import os
import socket
import ssl
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from nirweb.home import authority, kept
from nirweb.home.address import Choice, Lan
from nirweb.home.announce import who_answers_to
from nirweb.home.certificates import Certificates
from tests.patience import PATIENCE_S
from tests.running import Up, free_port, wait_until

LAN = "127.0.0.2"
DAY = datetime.timedelta(days=1)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass
class House:
    up: Up
    https: int
    page: int

    def __post_init__(self) -> None:
        lan = kept.load(self.up.data).lan
        assert lan
        self.name = lan.name
        self.certificates = Certificates(self.up.data, self.name)

    def client(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificates.root))

    @contextmanager
    def connection(self) -> Iterator[http.client.HTTPSConnection]:
        """To the name, which is found at the home network's address."""
        line = http.client.HTTPSConnection(self.name, self.https, timeout=PATIENCE_S)
        line.sock = self.secure()
        with closing(line):
            yield line

    def secure(self) -> ssl.SSLSocket:
        client = ssl.create_default_context(cafile=str(self.certificates.root))
        return client.wrap_socket(socket.create_connection((LAN, self.https), 10), server_hostname=self.name)

    def leaf(self) -> x509.Certificate:
        with self.secure() as line:
            return x509.load_der_x509_certificate(line.getpeercert(binary_form=True) or b"")

    def local(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("localhost", self.up.port, timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A home that was set up 60 days ago and has slept since: its leaf is long over when `up` starts, told nothing."""
    https, page = free_port(), free_port()
    data = tmp_path_factory.mktemp("house") / "data"
    lan = Lan("nirweb-tsth.local", https, page, LAN)
    kept.keep(data, Choice(lan=lan, name=lan.name, origin=lan.origin))
    Certificates(data, lan.name).prepare(now() - 60 * DAY)
    up = Up(data, "--no-demo")
    try:
        up.wait_until_ready(90)  # the first start prepares the database
        up.wait_for("Stop: Ctrl-C")
        yield House(up, https, page)
    finally:
        up.stop()


def ask(line: http.client.HTTPConnection, path: str, **headers: str) -> tuple[int, Any]:
    line.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    body = answer.read()
    return answer.status, json.loads(body) if "json" in answer.headers.get("Content-Type", "") else body


def test_H1_H3_H5_it_is_at_its_name_and_on_the_machine_itself(house: House) -> None:
    origin = f"https://{house.name}:{house.https}"
    with house.connection() as phone, closing(house.local()) as here:
        for line in (phone, here):
            status, told = ask(line, "/api/instance")
            assert (status, told["origin"], told["others"]) == (200, origin, [house.up.origin])
    assert f"    {origin}" in house.up.lines


def test_H25_the_fingerprint_is_the_same_everywhere(house: House) -> None:
    with house.connection() as phone, closing(http.client.HTTPConnection(LAN, house.page, timeout=PATIENCE_S)) as page:
        _, told = ask(phone, "/api/instance")
        status, root = ask(page, "/nirweb.crt")
        assert status == 200
        assert told["authority"] == authority.fingerprint(x509.load_der_x509_certificate(root))
        assert ask(phone, "/api/home/authority") == (200, root)
    house.up.wait_for(told["authority"])


def test_H11_another_host_is_not_answered(house: House) -> None:
    with house.connection() as phone:
        assert ask(phone, "/api/instance", Host="evil.example.org")[0] == 400


def test_H10_nobody_is_believed_to_be_a_proxy_unless_one_was_named(house: House) -> None:
    with house.connection() as phone, closing(house.local()) as here:
        _, told = ask(here, "/api/bridges/enrol/endpoints", X_Forwarded_Proto="https")
        assert told["token_endpoint"].startswith("http://localhost")
        _, told = ask(phone, "/api/bridges/enrol/endpoints", X_Forwarded_Proto="http", Host="localhost")
        assert told["token_endpoint"].startswith("https://localhost")


def test_H22_no_key_can_be_read_by_others(house: House) -> None:
    for path in (house.certificates.signing_key, house.certificates.leaf):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_H32_only_the_trust_page_may_read_that_it_was_reached(house: House) -> None:
    evil = (("https://evil.example.org", False), ("http://evil.example.org", False), ("null", False))
    with house.connection() as phone:
        for origin, allowed in ((f"http://{LAN}:{house.page}", True), *evil):
            phone.request("GET", "/api/home/reached", headers={"Origin": origin})
            answer = phone.getresponse()
            assert answer.read()
            assert (answer.headers["Access-Control-Allow-Origin"] == origin) is allowed
            assert (answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin") is allowed


async def test_H27_the_name_is_found_in_the_network(house: House) -> None:
    assert await who_answers_to(house.name, ["127.0.0.3"]) == [LAN]


def test_H24_a_new_leaf_is_met_at_once_and_open_lines_go_on(house: House) -> None:
    web, before = house.up.part("supervisor.web"), house.leaf()
    with house.connection() as line:
        assert ask(line, "/healthz")[0] == 200
        house.certificates.leaf.unlink()
        assert house.leaf() == before, "one that cannot be read changes nothing"
        house.certificates.prepare(now())
        after = house.leaf()
        assert after.serial_number != before.serial_number
        assert after.public_key() != before.public_key()
        assert ask(line, "/healthz")[0] == 200
    assert house.up.part("supervisor.web") == web


def test_H24_an_expired_leaf_is_replaced_by_itself(house: House) -> None:
    home = house.certificates.prepare(now())
    old = authority.issue(home, now() - 20 * DAY)
    house.certificates.leaf.write_bytes(old.chain + old.key)
    wait_until(lambda: authority.is_good(house.certificates.leaf.read_bytes(), home, now()))
    assert house.leaf() == x509.load_pem_x509_certificate(house.certificates.leaf.read_bytes())


def one_line(up: Up) -> str:
    assert up.wait() == 1
    (line,) = up.lines
    return line


def test_H7_a_port_in_use_is_one_line(house: House, tmp_path: Path) -> None:
    up = Up(tmp_path / "data", "--no-demo", "--lan", LAN, "--https-port", str(house.https), "--page-port", str(free_port()))
    assert one_line(up).startswith(f"Port {house.https} is in use by another program: stop that, or start with  --https-port ")
    assert not kept.file_of(tmp_path / "data").exists(), "nothing was chosen"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--url", "http://light.example.org"), "is not https"),
        (("--url", "https://light.example.org/app"), "without path"),
        (("--lan", "192.168.250.251"), "This machine has no address 192.168.250.251"),
        (("--lan", "8.8.8.8"), "is reached from the internet"),
        (("--by-address",), "go with --lan"),
    ],
)
def test_H7_bad_input_is_one_line(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    assert words in one_line(Up(tmp_path / "data", "--no-demo", *options))


def test_H7_a_key_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data" / "home").mkdir(parents=True)
    (tmp_path / "data" / "home" / "127.0.0.2").touch()  # where the folder should be
    ports = ("--https-port", str(free_port()), "--page-port", str(free_port()))
    line = one_line(Up(tmp_path / "data", "--no-demo", "--lan", LAN, "--by-address", *ports))
    assert "The home certificates cannot be kept" in line
    assert os.linesep not in line
