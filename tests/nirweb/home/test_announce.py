"""mDNS on loopback: what a phone in the network would be told. Addresses stand for machines."""

from collections.abc import AsyncIterator

import pytest

from nirweb.home.announce import Announcement, who_answers_to

NAME = "nirweb-tst.local"
MINE, PHONE, OTHER = "127.0.0.12", "127.0.0.13", "127.0.0.14"


@pytest.fixture
async def told() -> list[str]:
    return []


@pytest.fixture
async def mine(told: list[str]) -> AsyncIterator[Announcement]:
    one = Announcement(NAME, 8443, told.append)
    yield one
    await one.drop()


async def test_H27_the_name_leads_to_the_addresses_and_is_taken_back(mine: Announcement, told: list[str]) -> None:
    await mine.hold([MINE])
    assert await who_answers_to(NAME, [PHONE]) == [MINE]
    await mine.drop()
    assert await who_answers_to(NAME, [PHONE]) == []
    assert told == [], "its own address is no other's"


async def test_H27_a_changed_address_is_announced_in_place_of_the_old(mine: Announcement, told: list[str]) -> None:
    await mine.hold([MINE])
    await mine.hold([OTHER])
    assert await who_answers_to(NAME, [PHONE]) == [OTHER]
    assert told == []


async def test_H28_another_machine_that_answers_to_the_name_is_told_once(mine: Announcement, told: list[str]) -> None:
    heard: list[str] = []
    copy = Announcement(NAME, 8443, heard.append)
    await copy.hold([OTHER])
    try:
        await mine.hold([MINE])
        await mine.hold([MINE])
    finally:
        await copy.drop()
    assert told == [OTHER]
    assert heard == [MINE]
