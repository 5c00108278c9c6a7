"""What a person types, tried for real: `python -m ble_bridge …` in a process of its own, panels on the virtual radio."""

import contextlib
import json
import signal
import struct
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ble_bridge.commands import btsnoop
from ble_bridge.commands.files import template
from ble_bridge.commands.recording import Characteristic, Device
from tests.ble_bridge.air import ROOT, Air, virtual_air
from tests.ble_bridge.profiles.example import changed, example
from tests.patience import PATIENCE_S, START_S

COMMAND = [sys.executable, "-m", "ble_bridge"]


def typed(*words: str | Path, answers: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, words)]
    return subprocess.run(command, cwd=cwd, input=answers, capture_output=True, text=True, timeout=START_S, check=False)


@pytest.fixture(scope="module")
def makers_air() -> Iterator[Air]:
    with virtual_air("block=blockbluelight", "glow=glow") as air:
        yield air


def radio(air: Air, name: str) -> list[str]:
    return ["--radio", f"virtual:{air.socket(name)}"]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "glow.toml"
    path.write_text(example())
    path.with_suffix(".transcript.toml").write_bytes((Path(__file__).parent / "profiles" / "glow-example-1.toml").read_bytes())
    return path


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_F1_check_says_each_fault_on_a_line_of_its_own(own: Path) -> None:
    assert typed("profile", "check", own).stdout.startswith(f"{own}: sound")
    own.write_text(changed(("gap_ms = 30", "gap_ms = 900"), ("max_session_s = 1200", "max_session_s = 1")))
    done = typed("profile", "check", own)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{own}:5: `max_session_s` is 1: write")
    assert lines[1].startswith(f"{own}:16: `gap_ms` is 900: write")
    assert lines[2] == "2 to mend"


def test_F60_vectors_shows_the_bytes_and_checks_the_transcript(own: Path) -> None:
    done = typed("profile", "vectors", own)
    assert done.returncode == 0, done.stderr
    assert "23 4F 46 46 2A 34 46 0D 0A   '#OFF*4F" in done.stdout
    assert "9 steps, every byte as written" in done.stdout
    path = own.with_suffix(".transcript.toml")
    path.write_text(path.read_text().replace("2A 34 46 0D", "2A 34 47 0D", 1))
    wrong = typed("profile", "vectors", own)
    assert wrong.returncode == 1
    assert f"{path}:4: `stop` writes" in wrong.stdout
    assert "2 of 9 steps" not in wrong.stdout


def test_vectors_of_what_is_shipped_need_no_file() -> None:
    done = typed("profile", "vectors", "blockbluelight-1")
    assert done.returncode == 0
    assert "3A 01 20 00 01 01 23 0A 3A 01 20 00 01 02 24 0A" in done.stdout


BAD = [
    (["profile", "check", "nobody-1"], "no profile that comes with the bridge"),
    (["profile", "check", "/nowhere.toml"], "No such file"),
    (["profile", "vectors", "elk-bledom-1", "--wavelengths", "12"], "400 to 1400"),
    (["profile", "vectors", "elk-bledom-1", "--wavelengths", "630,660"], "2 wavelengths for 1 channels"),
    (["profile", "vectors", "blockbluelight-1", "--wavelengths", "630,630"], "630 nm is named twice"),
    (["profile", "try", "elk-bledom-1"], "--wavelengths"),
    (["profile", "new", "README.md"], "README.md:1: not a line of a recording"),
    (["replay", "elk-bledom-1", "/nowhere"], "No such file"),
    (["replay", "elk-bledom-1", "README.md", "--handle", "x"], "0x12=fff1"),
    (["scan", "--radio", "wireless"], 'write "system" or "virtual:PATH"'),
    (["scan", "--radio", "virtual:/nowhere"], "is not there"),
    (["scan", "--seconds", "-1"], "seconds from 1 to 600"),
    (["scan", "--profiles", "/nowhere"], "no folder"),
    (["profile"], "required"),
    (["dance"], "invalid choice"),
]
MANY = """
import contextlib, io, json, sys
from ble_bridge.__main__ import main
for words in json.load(sys.stdin):
    said, sys.argv = io.StringIO(), ["ble_bridge", *words]
    with contextlib.redirect_stderr(said):
        try:
            status = main()
        except SystemExit as end:
            status = end.code
    print(json.dumps([status, said.getvalue()]))
"""


def test_bad_input_is_one_clear_line() -> None:
    """All in one process, because each takes a second to begin."""
    words = json.dumps([words for words, _ in BAD])
    done = subprocess.run(
        [sys.executable, "-c", MANY], cwd=ROOT, input=words, capture_output=True, text=True, timeout=START_S, check=True
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(BAD)
    for (typed_words, says), (status, text) in zip(BAD, told, strict=True):
        assert status == 2, typed_words
        assert says in text.strip().splitlines()[-1], (typed_words, text)


def test_a_python_without_what_the_bridge_needs_is_one_clear_line() -> None:
    """Such as the system's own, in a clone."""
    command = [sys.executable, "-S", "-m", "ble_bridge", "scan"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=START_S, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert ".venv/bin/python" in done.stderr


# ── The air ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_F3_scan_says_which_profile_would_fit(makers_air: Air, own: Path) -> None:
    makers_air.observer("glow").guest("stranger", on=True)
    done = typed("scan", "--seconds", "2", "--profiles", own.parent, *radio(makers_air, "glow"))
    makers_air.observer("glow").clear()
    assert done.returncode == 0, done.stderr
    by_name = {line.split("dBm")[0].split()[1]: line for line in done.stdout.splitlines() if "dBm" in line}
    assert "glow-example-1" in by_name["GLOW-2"]
    assert "no profile fits" in by_name["Mood"]
    assert "glow.transcript.toml" in done.stdout, "a file that is no profile is told"


def test_capture_template_and_replay_lead_from_an_unknown_panel_to_its_profile(makers_air: Air, tmp_path: Path) -> None:
    observer = makers_air.observer("block")
    observer.clear()
    recording = tmp_path / "panel.jsonl"
    done = typed("capture", observer.state()["address"], recording, "--seconds", "2", *radio(makers_air, "block"))
    assert done.returncode == 0, done.stderr
    first, *records = [json.loads(line) for line in recording.read_text().splitlines()]
    assert first["device"] == "BLOCK-VIRTUAL"
    assert any("heard" in record for record in records)
    assert observer.spans() == [], "nothing was written to it"

    new = typed("profile", "new", recording).stdout
    assert 'characteristics = ["fff2", "fff1"]' in new
    (tmp_path / "new.toml").write_text(new)
    unfinished = typed("profile", "check", tmp_path / "new.toml")
    assert unfinished.returncode == 1, "a template is not a profile before somebody filled it in"
    assert "`writes`" in unfinished.stdout

    read = typed("replay", "blockbluelight-1", recording)
    assert read.returncode == 0
    assert "running False" in read.stdout
    again = typed("capture", observer.state()["address"], recording, "--seconds", "1", *radio(makers_air, "block"))
    assert "is there already" in again.stderr


def test_try_lights_each_channel_alone_and_ends_in_off(makers_air: Air, own: Path) -> None:
    observer = makers_air.observer("glow")
    observer.clear()
    done = typed("profile", "try", own, *radio(makers_air, "glow"), answers="y\n" * 7)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 questions, 0 not as they should be" in done.stdout
    given = [{nm: pct for nm, pct in light.levels.items() if pct} for light in observer.history()]
    assert {660: 10} in given
    assert {850: 10} in given
    assert {660: 10, 850: 10} in given
    assert max(pct for light in given for pct in light.values()) == 10, "never over the lowest level"
    assert given[-1] == {}


def test_try_lights_nothing_where_off_leaves_a_light_on(makers_air: Air, own: Path) -> None:
    observer = makers_air.observer("glow")
    observer.clear()
    done = typed("profile", "try", own, *radio(makers_air, "glow"), answers="n\n")
    assert done.returncode == 1
    assert "look at [stop]" in done.stdout
    assert observer.spans() == []


def test_F48_try_writes_nothing_to_a_panel_that_gets_no_bond(makers_air: Air, own: Path) -> None:
    observer = makers_air.observer("glow")
    observer.clear()
    own.write_text(changed(("max_session_s = 1200", "max_session_s = 1200\nbonds = true")))
    done = typed("profile", "try", own, *radio(makers_air, "glow"))
    assert done.returncode == 2
    assert "has to be bonded" in done.stderr, done.stdout + done.stderr
    assert "1. Off" not in done.stdout, "the first that is ever written"
    assert observer.spans() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_try_turns_off_when_it_is_broken_off(makers_air: Air, own: Path, number: signal.Signals) -> None:
    observer = makers_air.observer("glow")
    observer.clear()
    # as a shell leaves it to what it runs in the background
    ignoring = (
        "import signal, runpy; signal.signal(signal.SIGINT, signal.SIG_IGN); runpy.run_module('ble_bridge', run_name='__main__')"
    )
    words = [sys.executable, "-c", ignoring, "profile", "try", str(own), *radio(makers_air, "glow")]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        process.stdin.write("y\n")
        process.stdin.flush()
        try:
            observer.wait_until(lambda state: any(state["light"].values()), within_s=PATIENCE_S)
            process.send_signal(number)
            began_s = time.monotonic()
            observer.wait_until(lambda state: not any(state["light"].values()), within_s=3)
            assert process.wait(PATIENCE_S) == 130
            assert time.monotonic() - began_s < 10
        finally:
            process.kill()


# ── An Android log ───────────────────────────────────────────────────────────────────────────────────────────────────
def snoop(*pdus: tuple[bool, bytes], link: int = 1002, split: bool = False) -> bytes:
    """A btsnoop log of attribute PDUs; `split`: each in two fragments."""
    log = struct.pack(">8sII", b"btsnoop\0", 1, link)
    for number, (sent, pdu) in enumerate(pdus):
        frame = struct.pack("<HH", len(pdu), 4) + pdu
        parts = [frame[:6], frame[6:]] if split and len(frame) > 6 else [frame]
        for index, part in enumerate(parts):
            packet = struct.pack("<HH", 0x0040 | (0x1000 if index else 0x2000 if not sent else 0), len(part)) + part
            packet = (b"\x02" if link == 1002 else b"") + packet
            log += (
                struct.pack(">IIIIQ", len(packet), len(packet), 0 if sent else 1, 0, 63_000_000_000 + number * 500_000) + packet
            )
    return log


TABLE = bytes.fromhex("09 07 0200 1A 0300 F1FF 0500 0E 0600 F2FF")
PDUS = [
    (True, bytes.fromhex("08 0100 FFFF 0328")), (False, TABLE),
    (True, bytes.fromhex("52 0600 3A013100020258 8E0A")), (True, bytes.fromhex("12 0600 3A0120000101230A3A0120000102240A")),
    (False, bytes.fromhex("1B 0300 2A011000050104B004B07F0A")), (False, bytes.fromhex("1B 0300 2A011000050104B004B0000A")),
]  # fmt: skip


def test_a_log_reads_the_same_with_either_data_link_and_in_fragments() -> None:
    plain = btsnoop.read(snoop(*PDUS), {})
    assert btsnoop.read(snoop(*PDUS, link=1001), {}) == plain
    assert btsnoop.read(snoop(*PDUS, split=True), {}) == plain


def test_replay_reads_an_android_log(tmp_path: Path) -> None:
    log = tmp_path / "btsnoop_hci.log"
    log.write_bytes(snoop(*PDUS))
    done = typed("replay", "blockbluelight-1", log, "--wavelengths", "630,660,810,830,850")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "a write of [start]: {'seconds': 600}" in lines[1]
    assert "a write of [start]" in lines[3]
    assert "running True, remaining_s 1200.0" in lines[5]
    assert "not understood" in lines[7], "a bad checksum"
    assert lines[-1] == "4 records, 3 understood"
    new = typed("profile", "new", log).stdout
    assert 'write = "fff2"' in new, "the one that the app wrote to"
    assert 'notify = ["fff1"]' in new
    assert 'characteristics = ["fff2", "fff1"]' in new


def test_a_new_profile_is_toml_whatever_the_device_calls_itself() -> None:
    device = Device('A "la\\mp"\n7', "", (), (Characteristic("0000fff2-0000-1000-8000-00805f9b34fb", ("write",)),))
    assert tomllib.loads(template(device))["name"] == "A lamp7"


def test_replay_of_a_log_that_does_not_name_its_characteristics_says_how_to(tmp_path: Path) -> None:
    log = tmp_path / "btsnoop_hci.log"
    log.write_bytes(snoop(*PDUS[2:]))
    done = typed("replay", "blockbluelight-1", log)
    assert done.returncode == 2
    assert "--handle 0x12=fff1" in done.stderr
    named = typed("replay", "blockbluelight-1", log, "--handle", "0x3=fff1", "--handle", "0x6=fff2")
    assert "4 records, 3 understood" in named.stdout


def test_a_log_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    whole = snoop(*PDUS)
    for cut in range(len(b"btsnoop\0"), len(whole)):
        with contextlib.suppress(btsnoop.SnoopError):
            assert len(btsnoop.read(whole[:cut], {}).packets) < 4
    assert len(btsnoop.read(whole, {}).packets) == 4
