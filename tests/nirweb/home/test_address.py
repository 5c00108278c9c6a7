"""The address rules as values: what was kept and what is asked go in, a choice comes out."""

from pathlib import Path

import pytest

from nirweb.home import address, kept
from nirweb.home.address import Asked, Choice, choose
from nirweb.supervisor.trouble import CannotStart


def draw() -> str:
    return "nirweb-kmpt.local"


def never() -> str:
    raise AssertionError("a second name was drawn")


HOME = choose(Choice(), Asked(lan="auto"), draw)


def test_H1_an_own_address_comes_first_then_the_home_name_then_this_machine() -> None:
    assert choose(Choice(), Asked(), never).current() is None
    assert HOME.current() == "https://nirweb-kmpt.local:8443"
    both = choose(HOME, Asked(url="https://light.example.org/"), never)
    assert both.current() == "https://light.example.org"


def test_H2_the_name_is_drawn_once_and_outlives_everything() -> None:
    away = choose(HOME, Asked(lan="none"), never)
    assert away.current() is None
    assert choose(away, Asked(lan="auto"), never).current() == HOME.current()


def test_H2_its_letters_are_not_read_for_others() -> None:
    drawn = address.name(lambda letters: letters[0])
    assert drawn == "nirweb-aaaa.local"
    assert not set("ilo01") & set(address.LETTERS)


def test_H3_what_was_chosen_holds(tmp_path: Path) -> None:
    made = choose(HOME, Asked(lan="127.0.0.2", https_port=9443, page_port=9080, url="https://light.example.org:4443"), never)
    kept.keep(tmp_path, made)
    again = choose(kept.load(tmp_path), Asked(), never)
    assert again == made
    assert again.current() == "https://light.example.org:4443"
    assert again.lan
    assert (again.lan.address, again.lan.https_port, again.lan.page_port) == ("127.0.0.2", 9443, 9080)


def test_H4_every_origin_that_was_used_is_still_answered() -> None:
    moved = choose(HOME, Asked(url="https://light.example.org"), never)
    assert moved.others() == (HOME.current(),)
    again = choose(moved, Asked(url="https://lamp.example.org", lan="none"), never)
    assert set(again.others()) == {HOME.current(), "https://light.example.org"}
    back = choose(again, Asked(url="none", lan="auto"), never)
    assert back.current() == HOME.current()
    assert set(back.others()) == {"https://light.example.org", "https://lamp.example.org"}


def test_H6_a_bare_address_keeps_the_name_for_later() -> None:
    bare = choose(HOME, Asked(lan="192.168.1.10", by_address=True), never)
    assert bare.current() == "https://192.168.1.10:8443"
    assert bare.others() == (HOME.current(),)
    assert choose(bare, Asked(lan="auto"), never).current() == HOME.current()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(url="http://light.example.org"), "is not https"),
        (Asked(url="light.example.org"), "is not https"),
        (Asked(url="https://light.example.org/app"), "without path"),
        (Asked(url="https://light.example.org?x"), "without path"),
        (Asked(url="https://me@light.example.org"), "without path, query or user"),
        (Asked(url="https://"), "names no host"),
        (Asked(url="https://light example.org"), "names no host"),
        (Asked(url="https://light.example.org:port"), "cannot be read"),
        (Asked(url="https://localhost:8443"), "this machine itself"),
        (Asked(lan="8.8.8.8"), "reached from the internet"),
        (Asked(lan="kitchen"), "is not an address"),
        (Asked(lan="auto", by_address=True), "--by-address needs the address"),
        (Asked(by_address=True), "go with --lan"),
        (Asked(lan="auto", https_port=8080), "give two"),
    ],
)
def test_H7_bad_input_is_one_line(asked: Asked, words: str) -> None:
    with pytest.raises(CannotStart, match=words) as told:
        choose(Choice(), asked, draw)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"lan": 3, "former": []}', '{"lan": null, "former": [], "colour": 1}'])
def test_H7_a_damaged_file_is_never_taken_for_none(tmp_path: Path, content: str) -> None:
    kept.file_of(tmp_path).parent.mkdir()
    kept.file_of(tmp_path).write_text(content)
    with pytest.raises(CannotStart, match="is damaged"):
        kept.load(tmp_path)


@pytest.mark.parametrize("text", ["192.168.1.2", "10.0.0.1", "172.31.0.9", "169.254.1.1", "100.100.1.1", "fd12::1", "fe80::1"])
def test_H26_home_networks_are_told_from_the_internet(text: str) -> None:
    import ipaddress

    assert address.is_home(ipaddress.ip_address(text))
    assert not address.is_home(ipaddress.ip_address("2a00:1450::1" if ":" in text else "192.0.2.2"))
