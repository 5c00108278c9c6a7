"""F52: cut, joined, doubled and damaged notifications never make a false state. Seeded.

What may be believed is known without the parser: the states of the frames that stand in a notification whole, made by a firmware
that was written apart from any profile. `NIRWEB_SEED` plays a seed again.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from unittest import mock

import pytest

from ble_bridge.drivers import frame
from ble_bridge.drivers.driver import Driver
from ble_bridge.drivers.parts import Check, Length
from ble_bridge.profiles.profile import Profile, shipped
from ble_bridge.run_words import Report
from ble_bridge.virtual.makers import BlockBlueLight, Firmware, Glow
from tests.ble_bridge.profiles.example import profile

ROUNDS = 2_000
NAMED = (630, 660, 810, 830, 850)
PANELS: dict[str, tuple[Callable[[], Profile], Callable[[], Firmware], tuple[int, ...]]] = {
    "blockbluelight": (lambda: shipped()["blockbluelight-1"], BlockBlueLight, NAMED),
    "glow": (profile, Glow, (660, 850)),
}


@dataclass
class Count:
    whole: int = 0
    damaged: int = 0
    believed: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Truth:
    """Of one whole frame that tells of the panel's state."""

    running: bool
    left_s: float | None


def drawn(firmware: Firmware, rng: random.Random) -> tuple[list[bytes], Truth]:
    """A moment of the panel's life: its frames, and what they say."""
    now_s = 1000.0
    firmware.set_s = rng.randrange(60, 1801)
    firmware.levels = [rng.choice((0, rng.randrange(10, 101))) for _ in firmware.levels]
    firmware.switch(rng.random() < 0.5, now_s - rng.randrange(firmware.set_s))
    frames = list(firmware.says(now_s))
    left_s = firmware.left_s(now_s)
    told_s = float(left_s) if isinstance(firmware, BlockBlueLight) else -(-left_s // 60) * 60.0
    return frames, Truth(firmware.on, told_s if firmware.on else None)


def damage(one: bytes, other: bytes, rng: random.Random) -> tuple[str, bytes]:
    """None of these leaves `one` whole; `other` is whole where it stands."""
    at = rng.randrange(1, len(one))
    flipped = bytearray(one)
    flipped[rng.randrange(len(one))] ^= 1 << rng.randrange(8)
    kinds: dict[str, bytes] = {
        "cut": one[:at],
        "tail": one[at:],
        "cut by the next": one[:at] + other,
        "byte lost": one[: at - 1] + one[at:],
        "byte changed": bytes(flipped),
        "changed, then whole": bytes(flipped) + other,
        "byte put in": one[:at] + bytes((rng.randrange(256),)) + one[at:],
        "noise": rng.randbytes(rng.randrange(1, 30)),
        "twice the start, and cut": one[:1] + one[:at],
    }
    kind = rng.choice(sorted(kinds))
    return kind, kinds[kind]


def truths_in(data: bytes, made: dict[bytes, Truth | None]) -> list[Truth]:
    """Of the frames that stand in it whole, known from having been made."""
    return [truth for whole, truth in made.items() if truth is not None and whole in data]


def fuzz(name: str, seed: int) -> Count:
    rng = random.Random(seed)
    make_profile, make_firmware, wavelengths_nm = PANELS[name]
    driver: Driver = make_profile().open(b"", wavelengths_nm)
    at = driver.subscriptions[0]
    count = Count()
    for _ in range(ROUNDS):
        made: dict[bytes, Truth | None] = {}
        for _each in range(2):
            frames, truth = drawn(make_firmware(), rng)
            made.update(dict.fromkeys(frames[:-1]))
            made[frames[-1]] = truth
        one, other = rng.choices(sorted(made), k=2)
        kind, data = (
            damage(one, other, rng)
            if rng.random() < 0.7
            else rng.choice(
                [("whole", one), ("joined", one + other), ("start doubled", one[:1] + one), ("end doubled", one + one[-1:])]
            )
        )
        count.by_kind[kind] = count.by_kind.get(kind, 0) + 1
        _judge(driver.hear(at, data), truths_in(data, made), data, count)
    return count


def _judge(said: object, allowed: list[Truth], data: bytes, count: Count) -> None:
    if allowed:
        count.whole += 1
    else:
        count.damaged += 1
    if isinstance(said, Report):
        count.believed += 1
        assert Truth(said.running, said.remaining_s) in allowed, f"a false state of {data.hex(' ')}: {said}"


def the_seed() -> int:
    return int(os.environ.get("NIRWEB_SEED", random.SystemRandom().randrange(1 << 32)))


@pytest.mark.parametrize("name", PANELS)
def test_F52_a_dirty_stream_never_makes_a_false_state(name: str) -> None:
    seed = the_seed()
    print(f"seed {seed}")  # noqa: T201 - to play it again
    count = fuzz(name, seed)
    assert count.damaged > ROUNDS / 4, count
    assert count.believed > ROUNDS / 8, count
    assert count.whole >= count.believed
    assert min(count.by_kind.values()) > ROUNDS / 100, count
    assert len(count.by_kind) == 13, count


@pytest.mark.parametrize("name", PANELS)
def test_F52_a_whole_frame_is_found_behind_every_damage(name: str) -> None:
    """Not believing anything would be no art: what stands there whole at the end is heard."""
    seed = the_seed()
    print(f"seed {seed}")  # noqa: T201 - to play it again
    rng = random.Random(seed)
    make_profile, make_firmware, wavelengths_nm = PANELS[name]
    heard = 0
    for _ in range(300):
        driver = make_profile().open(b"", wavelengths_nm)
        (*_, one), _ = drawn(make_firmware(), rng)
        (*_, last), truth = drawn(make_firmware(), rng)
        for data in (one[: rng.randrange(len(one))] + last, one[:1] + last, one + last):
            said = driver.hear(driver.subscriptions[0], data)
            assert isinstance(said, Report), data.hex(" ")
            assert Truth(said.running, said.remaining_s) == truth, data.hex(" ")
            heard += 1
    assert heard == 900


@pytest.mark.parametrize("name", PANELS)
def test_F52_without_the_checksum_the_fuzz_sees_false_states(name: str) -> None:
    """Planted: the checksum is not looked at any more. The same fuzz must fail."""
    worth = frame._worth

    def careless(part: Check | Length, data: bytes, at: int) -> int:
        if isinstance(part, Check) and any(data[at : at + (part.kind.size or 1)]):
            return part.kind.decode(data[at : at + (part.kind.size or 1)])  # whatever stands there
        return worth(part, data, at)

    with mock.patch.object(frame, "_worth", careless), pytest.raises(AssertionError, match="a false state"):
        fuzz(name, seed=1)
