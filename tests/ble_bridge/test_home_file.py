"""`bridge.toml` is read strictly, with every problem told at once."""

from pathlib import Path

import pytest

from ble_bridge.home_file import HomeFileError, read

GOOD = 'server = "http://localhost:8000/"\nname = "Bridge at home"\nradios = ["system", "virtual:/run/x.sock", "system"]\n'


def written(folder: Path, text: str) -> Path:
    folder.joinpath("bridge.toml").write_text(text)
    return folder


def test_it_reads_what_up_writes(tmp_path: Path) -> None:
    file = read(written(tmp_path, GOOD))
    assert (file.server, file.name) == ("http://localhost:8000", "Bridge at home")
    assert file.radios == ("system", "virtual:/run/x.sock"), "each radio once"


def test_a_bridge_without_a_radio_is_allowed(tmp_path: Path) -> None:
    assert read(written(tmp_path, 'server = "https://a.example"\nname = "B"\nradios = []\n')).radios == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("server = [", "bridge.toml"),
        ("server = " + "9" * 5000, "bridge.toml"),
        ('name = "B"\nradios = []\n', "`server`"),
        ('server = "localhost:8000"\nname = "B"\nradios = []\n', "`server`"),
        ('server = "ftp://x"\nname = "B"\nradios = []\n', "`server`"),
        ('server = "http://x"\nname = ""\nradios = []\n', "`name`"),
        ('server = "http://x"\nname = "a\\u0007b"\nradios = []\n', "`name`"),
        ('server = "http://x"\nname = "B"\nradios = ["usb"]\n', "`radios`"),
        ('server = "http://x"\nname = "B"\nradios = ["virtual:"]\n', "`radios`"),
        ('server = "http://x"\nname = "B"\nradios = "system"\n', "`radios`"),
        (GOOD + "colour = 1\n", "`colour` is not known"),
    ],
)
def test_it_says_what_to_write(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(HomeFileError) as error:
        read(written(tmp_path, text))
    assert says in str(error.value)
    assert "\n" not in str(error.value) or "bridge.toml" in says


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(HomeFileError) as error:
        read(written(tmp_path, "hue = 3\n"))
    for word in ("`server`", "`name`", "`radios`", "`hue`"):
        assert word in str(error.value)


def test_a_missing_file_is_told_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(HomeFileError, match="Write it: server ="):
        read(tmp_path)
