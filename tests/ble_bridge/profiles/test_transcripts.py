"""Each shipped profile, and the worked example, does byte for byte what its transcript says; a changed byte is seen."""

from importlib import resources
from pathlib import Path

import pytest

from ble_bridge.profiles import transcript
from ble_bridge.profiles.profile import Profile, shipped
from tests.ble_bridge.profiles.example import profile

FOLDER = Path(str(resources.files("ble_bridge.profiles").joinpath("transcripts")))
PROFILES = {**shipped(), "glow-example-1": profile()}
HERE = Path(__file__).parent


def _text(name: str) -> bytes:
    path = FOLDER / f"{name}.toml"
    return (path if path.exists() else HERE / f"{name}.toml").read_bytes()


def _wrong(text: bytes, one: Profile) -> list[str]:
    said, _lines = transcript.read(text, "transcript")
    driver = one.open(bytes.fromhex(said.information), said.wavelengths_nm)
    return [fault.text for fault in transcript.differences(said, driver)]


@pytest.mark.parametrize("name", PROFILES)
def test_F60_it_does_what_its_transcript_says_the_stop_included(name: str) -> None:
    text = _text(name)
    said, _ = transcript.read(text, name)
    assert _wrong(text, PROFILES[name]) == []
    assert {"stop", "start"} <= {step.order for step in said.step}, "a transcript without a stop proves nothing"


@pytest.mark.parametrize("name", PROFILES)
def test_F60_every_changed_byte_of_an_order_is_seen(name: str) -> None:
    """Plants one wrong byte after another in the writes of the transcript."""
    one = PROFILES[name]
    said, _lines = transcript.read(_text(name), "transcript")
    planted = 0
    for index, step in enumerate(said.step):
        for which, write in enumerate(step.writes or ()):
            for at in range(len(bytes.fromhex(write))):
                bad = bytearray.fromhex(write)
                bad[at] ^= 1
                writes = [*(step.writes or ())]
                writes[which] = bad.hex()
                steps = [*said.step]
                steps[index] = step.model_copy(update={"writes": writes})
                driver = one.open(bytes.fromhex(said.information), said.wavelengths_nm)
                assert list(transcript.differences(said.model_copy(update={"step": steps}), driver)), (step.order, which, at)
                planted += 1
    assert planted >= 20


@pytest.mark.parametrize(("step", "says"), [("", "write one of them"), ('heard = "00"', "leave the step out")])
def test_F60_a_step_that_cannot_be_is_told_by_its_line(step: str, says: str) -> None:
    text, lines = transcript.read(f'profile = "elk-bledom-1"\n[[step]]\n{step}\n'.encode(), "my.transcript.toml")
    (wrong,) = transcript.differences(text, shipped()["elk-bledom-1"].open(b"", [660]))
    assert says in wrong.text
    assert lines.line(wrong.path) == 2
