"""The way to the server, spoiled for real: port, name, certificate, clock, another server, token [G30-G43]."""

import datetime
import json
import time
from pathlib import Path

import pytest

from nirweb.home import authority
from nirweb.home.authority import Authority
from tests.ble_bridge.doctor.conftest import asked, give_token, is_wrong, write
from tests.ble_bridge.doctor.servers import HOST, Answers, serving
from tests.running import free_port

DAY = datetime.timedelta(days=1)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@pytest.fixture(scope="module")
def at_home() -> Authority:
    return authority.make(HOST, now() - 60 * DAY)


def pinned(one: Authority) -> str:
    return f'authority = "{one.fingerprint}"'


def test_G30_a_name_that_nobody_knows(home: Path) -> None:
    write(home, "http://no-such-name.invalid")
    is_wrong(asked(home), "G30", "no-such-name.invalid is not known")


def test_G31_a_wrong_port(home: Path) -> None:
    port = free_port()
    write(home, f"http://{HOST}:{port}")
    found = asked(home)
    is_wrong(found, "G31", f"Nobody listens at {HOST}:{port}")
    assert "G37" not in found


def test_G37_a_server_that_is_well_and_one_that_is_another(home: Path) -> None:
    answers = Answers()
    with serving(answers) as port:
        write(home, f"http://{HOST}:{port}")
        assert asked(home)["G37"].verdict == "ok"
        answers.body = b"<html>router</html>"
        is_wrong(asked(home), "G37", "is not NIRWeb")
        answers.status = 502
        is_wrong(asked(home), "G37", "it answered 502")


def test_G38_clocks_that_differ(home: Path) -> None:
    with serving(Answers(clock_off_s=400)) as port:
        write(home, f"http://{HOST}:{port}")
        found = asked(home)
    assert found["G38"].verdict == "mind"
    assert "400 s behind" in found["G38"].text or "399 s behind" in found["G38"].text


def test_G32_G35_the_pin(home: Path, at_home: Authority, tmp_path: Path) -> None:
    stranger = authority.make(HOST, now())
    answers = Answers(given=at_home)
    with serving(answers, authority.issue(at_home, now()), tmp_path) as port:
        write(home, f"https://{HOST}:{port}", pinned(at_home))
        found = asked(home)
        assert {rule: found[rule].verdict for rule in ("G32", "G33", "G37")} == {"G32": "ok", "G33": "ok", "G37": "ok"}
        write(home, f"https://{HOST}:{port}", pinned(stranger))
        is_wrong(asked(home), "G32", "another fingerprint")
        answers.given = stranger
        is_wrong(asked(home), "G35", "somebody else")
        write(home, f"https://{HOST}:{port}")
        is_wrong(asked(home), "G35", "not trusted here")
    assert not (home / "authority.pem").exists(), "doctor keeps nothing"


@pytest.mark.parametrize(
    ("issued", "verdict", "words"),
    [(-30 * DAY, "wrong", "has expired"), (10 * DAY, "wrong", "begins only later"), (-9.5 * DAY, "mind", "ends 2")],
)
def test_G33_a_certificate_out_of_its_time(
    home: Path, at_home: Authority, tmp_path: Path, issued: datetime.timedelta, verdict: str, words: str
) -> None:
    with serving(Answers(given=at_home), authority.issue(at_home, now() + issued), tmp_path) as port:
        write(home, f"https://{HOST}:{port}", pinned(at_home))
        found = asked(home)["G33"]
    assert (found.verdict, words in found.text) == (verdict, True), found
    assert "clock" in found.mend or "restart" in found.mend


def test_G34_a_certificate_for_another_name(home: Path, tmp_path: Path) -> None:
    other = authority.make("127.0.0.2", now())
    with serving(Answers(given=other), authority.issue(other, now()), tmp_path) as port:
        write(home, f"https://{HOST}:{port}", pinned(other))
        is_wrong(asked(home), "G34", "for another name")


def test_G36_https_where_plain_http_is_spoken(home: Path) -> None:
    with serving(Answers()) as port:
        write(home, f"https://{HOST}:{port}")
        is_wrong(asked(home), "G36", "does not speak https")


# ── The token ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_G40_a_bridge_that_waits_to_be_let_in(home: Path) -> None:
    assert "not been let in" in asked(home)["G40"].text
    link = "http://x/link?code=ABCD-EFGH"
    waiting = {"user_code": "ABCD-EFGH", "verification_uri_complete": link, "expires_at": time.time() + 60}
    (home / "enrol.json").write_text(json.dumps(waiting))
    found = asked(home)["G40"]
    assert "ABCD-EFGH" in found.text
    assert link in found.mend


def test_G41_a_token_file_that_is_broken_or_open_to_all(home: Path) -> None:
    give_token(home, mode=0o644)
    assert "Others of this machine" in asked(home)["G41"].text
    (home / "token.json").write_text("{")
    assert "is broken" in asked(home)["G41"].text


def test_G42_G43_a_token_that_is_refused_or_over(home: Path) -> None:
    give_token(home)
    answers = Answers()
    with serving(answers) as port:
        write(home, f"http://{HOST}:{port}")
        is_wrong(asked(home), "G42", "does not let this bridge in any more")
        answers.line = 502
        is_wrong(asked(home), "G43", "status 502")
        give_token(home, life_s=-1)
        assert asked(home)["G42"].verdict == "ok"
