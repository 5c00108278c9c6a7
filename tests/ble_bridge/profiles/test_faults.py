"""Every fault of a profile file has its line and says what to write instead; nothing that could leave a light on is taken."""

import json
from pathlib import Path

import pytest

from ble_bridge.profiles import words
from ble_bridge.profiles.profile import ProfileError, parse
from tests.ble_bridge.profiles.example import changed, example

EACH = '{ each_channel = "text:L{channel d}={level d3}" }'
STOPS = f'["text:OFF", {EACH}]'
STARTS = '["text:T{minutes d2}", ' + EACH + ', "text:ON"]'
FAULTS = [
    # rule, change, what the line begins with, what is said
    ("F1", ('max_session_s = 1200', "max_session_s = 12"), "max_session_s", "60 to 1800"),
    ("F1", ('max_session_s = 1200', "max_session_s = 1200.0"), "max_session_s", "seconds"),
    ("F1", ('max_session_s = 1200', "max_session_s = nan"), "max_session_s", "seconds"),
    ("F1", ('max_session_s = 1200', "max_sessions = 1200"), "max_sessions", "write `max_session_s`"),
    ("F1", ('gap_ms = 30', "gap_ms = 900"), "gap_ms", "0 to 200"),
    ("F1", ('write = "ffe1"', 'write = "FFE1"'), "write", "small letters"),
    ("F1", ('number = 2', "number = 2\ncolour = 1"), "colour", "leave it out"),
    ("F2", ('"glow-example-1"', '"Glow Example"'), "profile", "hyphens"),
    ("F3", ('name = "GLOW-*"', ""), "[recognise]", "`name`"),
    ("F3", ('name = "GLOW-*"', 'name = "*"'), "name", "a star"),
    ("F3", ('["ffe1", "ffe2"]', '["ffe1"]'), "characteristics", "ffe2"),
    ("F4", ('safety = "hw_timer"', ""), "", "`safety` is missing"),
    ("F4", ('confirm = "status"', 'confirm = "maybe"'), "confirm", '"token" or "status" or "none"'),
    ("F5", ('[stop]', '[stopp]'), "", "`stop` is missing"),
    ("F5", (STOPS, '["text:OFF"]'), "[stop]", "leaves channel 1 on"),
    ("F5", (STOPS, '["text:L1={level@1 d3}"]'), "[stop]", "channel 2 on"),
    ("F5", (STOPS, '["text:OFF"]\nturns_off = [1]'), "[stop]", "channel 2"),
    ("F5", (STOPS, '["text:OFF"]\nturns_off = [7]'), "turns_off", "no channel 7"),
    ("F5", (STOPS, '["text:ON"]\nturns_off = "all"'), "writes", "what [start] writes"),
    ("F5", (STOPS, '["text:ON", "text:T20"]\nturns_off = "all"'), "writes", "what [start] writes"),
    ("F5", (STOPS, '["text:?"]\nturns_off = "all"'), "writes", "what [query] writes"),
    ("F5", (STOPS, '["text:OFF", { each_channel = "text:L{channel d}=010" }]'), "writes", "channel 1 to a level above 0"),
    ("F5", (STOPS, '["text:OFF", "text:L2=200"]\nturns_off = "all"'), "writes", "channel 2 to a level above 0"),
    ("F5", (STOPS, '["text:OFF", "text:L9=001"]\nturns_off = "all"'), "writes", "channel 1 to a level above 0"),
    ("F6", ('safety = "hw_timer"', 'safety = "deadman"'), "safety", "[keep_alive]"),
    ("F6", ('[query]', '[keep_alive]\nwrites = ["text:K"]\n[query]'), "safety", "deadman"),
    ("F7", ('"text:T{minutes d2}", { each_channel', '{ each_channel'), "writes", "{seconds u16be}"),
    ("F7", (STARTS, '["text:ON", "text:T{minutes d2}"]'), "writes", "before the light"),
    ("F8", ('states = { on = [1], off = [0], fault = [9] }', 'states = { on = [1] }'), "confirm", "whether it is on"),
    ("F8", ('confirm = "status"', 'confirm = "token"'), "confirm", "{token u32le}"),
    ("F8", ('confirm = "status"', 'confirm = "none"'), "confirm", 'write confirm = "status"'),
    ("F9", ('wire = [0, 200]', "wire = [0, 2000]"), "writes", "2000 does not fit into d3"),
    ("F9", ('gap_ms = 30', "longest_write_bytes = 8"), "writes", "longest_write_bytes"),
    ("F10", ('"text:ON"]', '"ON"]'), "writes", "two hex digits"),
    ("F10", ('"text:ON"]', '"text:{ON"]'), "writes", "no partner"),
    ("F11", ('{minutes d2}", {', '{minutes}", {'), "writes", "type"),
    ("F12", ('{minutes d2}", {', '{hours d2}", {'), "writes", "`hours` is not known here"),
    ("F12", ('"text:ON"]', '"text:L{level d3}"]'), "writes", "each_channel"),
    ("F12", ('{level@2 d3}', '{level@3 d3}'), "frame", "no channel 3"),
    ("F13", ('"text:?"', '"01 02 03 {pad 2}"'), "writes", "padded to 2"),
    ("F15", ('order = "text:#{frame}', 'order = "text:#'), "order", "write it once"),
    ("F20", ('{xor8 1:-5 X2}\\r\\n"\nstatus', '{xor9 1:-5 X2}\\r\\n"\nstatus'), "order", "xor8"),
    ("F21", ('{xor8 1:-5 X2}\\r\\n"\nstatus', '{xor8 X2}\\r\\n"\nstatus'), "order", "range"),
    ("F22", ('{xor8 1:-5 X2}\\r\\n"\nstatus', '{xor8 1:end X2}\\r\\n"\nstatus'), "order", "before it, such as `1:`"),
    ("F22", ('"text:?"', '"01 {crc8 0:end}"'), "writes", "covers the checksum itself"),
    ("F30", ("number = 2", "number = 1"), "number", "another number"),
    ("F30", ("wavelength_nm = 850", "wavelength_nm = 660"), "wavelength_nm", "once"),
    ("F30", ("wavelength_nm = 850", 'wavelength_nm = "owner"'), "[[channels]]", "for all or for none"),
    ("F30", ("wavelength_nm = 850", "wavelength_nm = 85"), "wavelength_nm", "400 to 1400"),
    ("F31", ("wire = [0, 50]", "wire = [50, 50]"), "wire", "two different values"),
    ("F33", ("min_pct = 10\nwire = [0, 50]", "min_pct = 1\nwire = [0, 50]"), "min_pct", "min_pct = 2"),
    ("F48", ('max_session_s = 1200', "max_session_s = 1200\nbonds = 1"), "bonds", "true or false"),
    (
        "F48", ("max_session_s = 1200", "max_session_s = 1200\nbonds = true\nidentify_unpaired = true"),
        "identify_unpaired", "write false",
    ),
    ("F50", ('states = { on = [1], off = [0], fault = [9] }', 'states = { on = [1], off = [1] }'), "states", "both"),
    ("F50", ('S{state d},', 'S1,'), "frame", "belong together"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "change", "line", "says"), FAULTS, ids=[f"{n}-{one[0]}" for n, one in enumerate(FAULTS)])
def test_F1_each_fault_has_its_line_and_what_to_write(rule: str, change: tuple[str, str], line: str, says: str) -> None:
    text = changed(change)
    with pytest.raises(ProfileError) as error:
        parse(text.encode(), "my.toml")
    told = str(error.value).splitlines()
    fitting = [one for one in told if says in one]
    assert fitting, f"{rule}: {told}"
    place, _, _ = fitting[0].partition(": ")
    if line:
        number = int(place.removeprefix("my.toml:"))
        assert text.splitlines()[number - 1].lstrip().startswith(line), (rule, fitting, text.splitlines()[number - 1])


def test_F1_every_fault_is_told_at_once() -> None:
    text = changed(("gap_ms = 30", "gap_ms = 900"), ('"glow-example-1"', '"Glow"'), ("number = 2", "number = 999"))
    with pytest.raises(ProfileError) as error:
        parse(text.encode(), "my.toml")
    assert len(error.value.faults) == 3


@pytest.mark.parametrize("text", [b"\xff", b"a = [", b"[" * 5000 + b"x", b"x" * 70_000, b"", b"profile = 1"])
def test_F1_what_is_no_profile_is_one_clear_error(text: bytes) -> None:
    with pytest.raises(ProfileError, match=r"^my\.toml"):
        parse(text, "my.toml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (example().replace('confirm = "status"', "confirm = status"), r":4: .*in quotes"),
        (example().replace('name = "Glow two"', 'name = "Glow two"\nname = "Glow"'), r":3: .*write it once"),
        (example().replace('name = "Glow two"', 'name = "Glow two'), r":2: .*the quote that ends"),
        (example().replace("max_session_s = 1200", "max_session_s = " + "9" * 5000), r":5: .*too many digits"),
        (example() + "a = [1", r":\d+: .*the \] that ends"),
        ("\ufeff" + example(), r":1: .*without BOM"),
    ],
    ids=range(6),
)  # fmt: skip
def test_F1_what_is_no_toml_has_its_line_and_what_to_write(text: str, says: str) -> None:
    with pytest.raises(ProfileError, match=r"^my\.toml" + says):
        parse(text.encode(), "my.toml")


def test_F1_letters_of_another_encoding_have_their_line() -> None:
    with pytest.raises(ProfileError, match=r"^my\.toml:2: not a text.*UTF-8$"):
        parse(example().replace("Glow two", "Glöw").encode("latin-1"), "my.toml")


def test_F5_a_write_that_start_and_stop_share_is_no_fault_beside_one_of_its_own() -> None:
    """Such as one that opens or closes a message."""
    text = changed((STARTS, STARTS.replace('"text:ON"]', '"text:ON", "text:OK"]')), (STOPS, STOPS.replace("}]", '}, "text:OK"]')))
    assert parse(text.encode(), "my.toml").profile == "glow-example-1"


def test_F44_an_order_whose_gaps_take_too_long_is_refused() -> None:
    """A stop must not take its time, and a start must not light long after its life was looked at."""
    calm = [("gap_ms = 30", "gap_ms = 200"), (STOPS, STOPS.replace('"text:OFF"', ", ".join(['"text:OFF"'] * 9)))]
    assert parse(changed(*calm).encode(), "my.toml").speech, "ten gaps of 200 ms"
    slow = [calm[0], (STOPS, STOPS.replace('"text:OFF"', ", ".join(['"text:OFF"'] * 10)))]
    with pytest.raises(ProfileError, match=r"^my\.toml:\d+: its gaps take 2200 ms.*`gap_ms`"):
        parse(changed(*slow).encode(), "my.toml")


def test_F1_the_line_is_right_within_a_list_over_several_lines() -> None:
    text = changed(('text:ON"]', 'text:ON",\n  # a comment, with a [ in it\n  "zz",\n]'))
    with pytest.raises(ProfileError) as error:
        parse(text.encode(), "my.toml")
    number = int(str(error.value).split(":")[1])
    assert text.splitlines()[number - 1].strip() == '"zz",'


def test_the_schema_in_the_docs_is_fresh() -> None:
    kept = json.loads((Path(__file__).parents[3] / "docs" / "profile.schema.json").read_text())
    assert kept == words.schema(), "make it anew: python -m ble_bridge profile schema > docs/profile.schema.json"


def test_the_example_is_sound() -> None:
    assert parse(example().encode(), "docs").profile == "glow-example-1"
