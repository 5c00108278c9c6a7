"""What `up` makes of what it was told, before any part is started."""

import datetime
from pathlib import Path

import pytest

from nirweb.home import kept
from nirweb.home.address import Asked, Choice, Lan
from nirweb.home.announce import Announcement
from nirweb.home.certificates import Certificates
from nirweb.home.status import Status
from nirweb.supervisor.folders import Folders
from nirweb.supervisor.options import Options
from nirweb.supervisor.parts import Part
from nirweb.supervisor.reach import Reach, words_for
from nirweb.supervisor.trouble import CannotStart
from tests.running import free_port

WEB = Part("web", ["web", "3"], stops=2, fds=(3,))


def reach(data: Path, asked: Asked = Asked(), *, dev: bool = False) -> Reach:  # noqa: B008 - it cannot be changed
    return Reach(Options(port=8000, data=data, demo=False, dev=dev, asked=asked), Folders(data))


@pytest.fixture(autouse=True)
def _no_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIRWEB_ORIGIN", raising=False)


def test_H10_a_proxy_is_believed_only_where_one_was_named(tmp_path: Path) -> None:
    assert "--proxy" not in reach(tmp_path).web(WEB).command
    assert "--proxy" in reach(tmp_path, Asked(url="https://light.example.org")).web(WEB).command


def test_H10_an_https_origin_of_the_environment_names_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIRWEB_ORIGIN", "https://light.example.org")
    found = reach(tmp_path)
    assert found.origin == "https://light.example.org"
    assert "--proxy" in found.web(WEB).command
    assert not kept.file_of(tmp_path).exists()


def test_H11_the_server_is_told_all_its_origins(tmp_path: Path) -> None:
    kept.keep(tmp_path, Choice(url="https://b.example.org", former=("https://a.example.org",), origin="https://b.example.org"))
    found = reach(tmp_path).environment()
    assert found["NIRWEB_ORIGIN"] == "https://b.example.org"
    assert found["NIRWEB_OTHER_ORIGINS"] == "https://a.example.org http://localhost:8000"


def test_it_says_so_where_only_this_machine_reaches_it(tmp_path: Path) -> None:
    assert "Only this machine" in "".join(reach(tmp_path).lines())
    assert reach(tmp_path, Asked(url="https://light.example.org")).lines() == []


def test_H6_apps_that_reach_it_no_more_are_told_from_those_that_may(tmp_path: Path) -> None:
    name, before, now = "nirweb-abcd.local", "127.0.0.3", "127.0.0.4"
    for host in (name, before):
        Certificates(tmp_path, host).prepare(datetime.datetime.now(datetime.UTC))
    own = "https://light.example.org"
    former = (f"https://{name}:8443", f"https://{before}:8443", own)
    kept.keep(tmp_path, Choice(lan=Lan(name, address=before, by_address=True), name=name, former=former, origin=former[1]))
    told = reach(tmp_path, Asked(lan=now, by_address=True)).lines()
    (moved,) = [line for line in told if "will say that it moved" in line]
    (lost,) = [line for line in told if "reach this server no more, as" in line]
    assert moved.startswith(f"Apps installed at {own} ")
    assert lost.startswith(f"Apps installed at {former[0]}, {former[1]} reach")
    back = reach(tmp_path, Asked(lan="auto")).lines()
    assert f"Apps installed at {former[1]} reach this server no more" in "".join(back), "the name is served again"


def test_H7_development_serves_this_machine_only(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="--dev serves this machine only"):
        reach(tmp_path, Asked(lan="auto"), dev=True)


async def test_H28_a_name_that_another_machine_has_is_not_taken_and_the_next_is_kept(tmp_path: Path) -> None:
    taken = "nirweb-tkn.local"
    lan = Lan(taken, free_port(), free_port(), "127.0.0.2")
    kept.keep(tmp_path, Choice(lan=lan, name=taken))  # drawn, and never announced
    other = Announcement(taken, 8443, lambda _: None)
    await other.hold(["127.0.0.14"])
    found = reach(tmp_path)
    try:
        await found.open()
    finally:
        found.close()
        await other.drop()
    made = kept.load(tmp_path)
    assert made.lan
    assert made.lan.announced
    assert made.lan.name == made.name != taken
    assert made.origin == found.origin == made.lan.origin
    assert made.former == (), "nobody ever reached it by the name that was taken"
    assert {path.name for path in (tmp_path / "home").iterdir()} == {"address.json", made.name}


def test_H27_H28_up_tells_of_another_machine_once_and_of_an_address_that_changed() -> None:
    lan = Lan("nirweb-tst.local")
    first = Status(addresses=("192.168.1.10",))
    assert words_for(first, None, lan) == []
    moved = Status(addresses=("192.168.1.11",))
    assert words_for(moved, first, lan) == ["nirweb-tst.local now leads to 192.168.1.11."]
    gone = words_for(Status(), first, lan)
    assert gone == ["nirweb-tst.local now leads to no address: this machine has left the network."]
    met = Status(addresses=("192.168.1.10",), others=("192.168.1.99",))
    (line,) = words_for(met, first, lan)
    assert line.startswith("Another machine, 192.168.1.99, answers to nirweb-tst.local too")
    assert words_for(met, met, lan) == []
