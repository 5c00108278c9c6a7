"""What the language can say beyond the shipped profiles: checksums, packets, endianness, scales, drivers in code."""

from importlib import metadata
from typing import Any

import pytest

from ble_bridge.drivers.checks import CRCS, check
from ble_bridge.drivers.driver import Driver
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.drivers.packets import Packer, Unpacker
from ble_bridge.drivers.parts import FrameError
from ble_bridge.drivers.speech import Packets, Slot
from ble_bridge.drivers.template import ORDER_FIELDS, PACKET_FIELDS, STATUS_FIELDS, compile_frame
from ble_bridge.profiles import profile as profiles
from ble_bridge.run_words import Report
from tests.ble_bridge.profiles import example
from tests.ble_bridge.profiles.test_profile import TEXT

NINE = b"123456789"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("crc8", 0xF4), ("crc8-maxim", 0xA1), ("crc16-xmodem", 0x31C3), ("crc16-ccitt", 0x29B1), ("crc16-kermit", 0x2189),
        ("crc16-modbus", 0x4B37), ("sum8", 0xDD), ("xor8", 0x31),
    ],
)  # fmt: skip
def test_F20_each_checksum_has_its_published_check_value(name: str, value: int) -> None:
    assert check(name, NINE, CRCS.get(name)) == value


@pytest.mark.parametrize(
    ("text", "values", "bytes_"),
    [
        ("AA {level@0 u16be} {level@1 u16le}", {"level@0": 0x0102, "level@1": 0x0304}, "AA 01 02 04 03"),
        ("A5 {level@0 u8} {pad 19} {xor8 0:}", {"level@0": 7}, "A5 07" + " 00" * 17 + " A2"),
        ("A5 {pad 4 FF} {sum8 1:3}", {}, "A5 FF FF FF FE"),
        ("{length 1:-1 u8} 10 20 {crc8 0:}", {}, "02 10 20 61"),
        ("{crc16-modbus 2:end u16le} 31 32 33 34 35 36 37 38 39", {}, "37 4B 31 32 33 34 35 36 37 38 39"),
        ("{crc16-ccitt 2:end u16be init=0x0000} 31 32 33 34 35 36 37 38 39", {}, "31 C3 31 32 33 34 35 36 37 38 39"),
        ("text:L{level@0 d}={level@1 x2};{{}}", {"level@0": 5, "level@1": 171}, b"L5=ab;{}".hex()),
    ],
)
def test_F10_frames_are_written_and_found_again(text: str, values: dict[str, int], bytes_: str) -> None:
    frame = compile_frame(text, ORDER_FIELDS, [0, 1])
    made = frame.encode(values)
    assert made == bytes.fromhex(bytes_), made.hex(" ")
    assert frame.whole(made) == (values, b"")


def test_F16_a_value_that_does_not_fit_is_refused() -> None:
    for text, value in (("{level@0 u8}", 256), ("text:{level@0 d2}", 100), ("{level@0 u16le}", 65_536)):
        with pytest.raises(FrameError, match="does not fit"):
            compile_frame(text, ORDER_FIELDS, [0]).encode({"level@0": value})


def test_F31_levels_are_spread_over_the_wire_and_never_rounded_up() -> None:
    slot = Slot(0, 660, 1, 100, 0, 255)
    assert [slot.wire(pct) for pct in (0, 1, 50, 99, 100)] == [0, 2, 127, 252, 255]
    assert all((slot.pct(slot.wire(pct)) or 0) <= pct for pct in range(101))
    upside_down = Slot(0, 660, 1, 100, 200, 0)
    assert [upside_down.wire(pct) for pct in (0, 50, 100)] == [200, 100, 0]
    assert slot.pct(256) is None
    with pytest.raises(FrameError):
        Slot(0, 660, 10, 90, 0, 100).wire(5)


# ── Packets ──────────────────────────────────────────────────────────────────────────────────────────────────────────
HEADER = Packets(compile_frame("AA {seq u8} {index u8} {count u8} {payload}", PACKET_FIELDS, [], "payload"), 4, heard=True)


def test_F45_a_message_is_cut_into_numbered_packets_and_put_together_again() -> None:
    packer, unpacker = Packer(HEADER), Unpacker(HEADER)
    first, second = list(packer.pack(b"abcdefghi")), list(packer.pack(b"xy"))
    assert [one[:4].hex() for one in (*first, *second)] == ["aa000003", "aa000103", "aa000203", "aa010001"]
    assert [message for one in (*first, *second) for message in unpacker.take(one)] == [b"abcdefghi", b"xy"]


def test_F46_a_gap_a_repetition_or_another_message_drops_what_was_gathered() -> None:
    packer = Packer(HEADER)
    one, two = list(packer.pack(b"abcdefgh")), list(packer.pack(b"ABCDEFGH"))
    for stream in ([one[1]], [one[0], two[1]], [one[0], one[0], one[1]], [one[1], one[0]], [one[0], b"noise", one[1]]):
        unpacker = Unpacker(HEADER)
        assert [message for packet in stream for message in unpacker.take(packet)] == []
    unpacker = Unpacker(HEADER)
    assert [message for packet in (one[0], *two) for message in unpacker.take(packet)] == [b"ABCDEFGH"]


def test_F47_a_message_that_needs_several_packets_needs_their_number() -> None:
    bare = Packets(compile_frame("AA {seq u8} {size u8} {payload}", PACKET_FIELDS, [], "payload"), 4, heard=False)
    assert [one.hex() for one in Packer(bare).pack(b"abcd")] == ["aa000461626364"]
    with pytest.raises(FrameError, match="index"):
        list(Packer(bare).pack(b"abcde"))


def test_F45_a_profile_speaks_in_packets() -> None:
    header = '[packets]\nframe = "AA {seq u8} {payload}"\npayload_most_bytes = 17\nheard = true\n[query]'
    driver = example.profile(("[query]", header)).open(b"")
    assert driver.stop().payload == b"\xaa\x00#OFF*4F\r\n"
    said = b"$S1,025,100,10*49\r\n"
    assert driver.hear(driver.subscriptions[0], said) is None, "without its header"
    report = driver.hear(driver.subscriptions[0], b"\xaa\x07" + said)
    assert isinstance(report, Report)
    assert report.running
    assert driver.hear(driver.subscriptions[0], b"\xaa\x07" + said) is None, "the same once more"


# ── What is heard ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_F53_a_layout_without_a_checksum_is_believed_only_as_the_whole_notification() -> None:
    driver = example.profile(('status = "text:${frame}*{xor8 1:-5 X2}\\r\\n"', 'status = "text:${frame}\\r\\n"')).open(b"")
    said, at = b"$S1,025,100,10\r\n", driver.subscriptions[0]
    assert driver.hear(at, said) is not None
    for dirty in (said[1:], said + b"x", b"x" + said, said + said, said[:-1]):
        assert driver.hear(at, dirty) is None, dirty


def test_F12_a_temperature_has_its_scale() -> None:
    frame = compile_frame("01 {temperature i16le /10}", STATUS_FIELDS, [])
    assert frame.whole(b"\x01\xf6\xff") == ({"temperature": -10}, b"")


# ── Drivers in code ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_driver_in_code_is_an_entry_point_of_another_package(monkeypatch: pytest.MonkeyPatch) -> None:
    here = metadata.EntryPoint("cipher", f"{__name__}:cipher", profiles.ENTRY_POINTS)
    gone = metadata.EntryPoint("gone", "no_such_package:driver", profiles.ENTRY_POINTS)
    monkeypatch.setattr(metadata, "entry_points", lambda **_asked: [here, gone])
    profiles._drivers.cache_clear()
    try:
        found = profiles.parse(TEXT.replace(b'driver = "open_panel"', b'driver = "cipher"'), "my.toml")
        information = bytes.fromhex("01 00 06 00 08 07 F4 01 10 27 02 94 02 05 64 52 03 0A 64 05 4E 57 56 2D 31")
        assert found.open(information).serial == "NWV-1"
        with pytest.raises(profiles.ProfileError, match='"cipher" or "open_panel"'):
            profiles.parse(TEXT.replace(b'driver = "open_panel"', b'driver = "gone"'), "my.toml")
    finally:
        profiles._drivers.cache_clear()


def cipher(information: bytes) -> Driver:
    """Stands for a driver that another package brings."""
    driver: Any = OpenPanel(information)
    return driver  # type: ignore[no-any-return]


def test_F48_a_panel_that_bonds_says_so() -> None:
    assert example.profile(("max_session_s = 1200", "max_session_s = 1200\nbonds = true")).open(b"").facts.bonds
    assert not example.profile().open(b"").facts.bonds
