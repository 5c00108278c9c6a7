"""A backup of the running product, and what phones and lamps make of its restore: real processes, a real browser, true light."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ble_bridge.virtual.observer import Observer
from nirweb.backup import contents
from nirweb.supervisor.folders import runtime_of
from tests.e2e.conftest import Phone
from tests.e2e.lamp import comes_on, stays_dark
from tests.e2e.people import Person
from tests.nirweb.backup.conftest import manage
from tests.patience import START_S
from tests.running import Up, running, wait_until


def somebody(chrome: Browser, up: Up, name: str) -> Person:
    return Person(name, Phone(chrome, up.origin, width=390, zone="Europe/Berlin").page)


def logged(data: Path) -> list[int]:
    """Minutes of the sessions that the server knows."""
    with closing(sqlite3.connect(f"file:{data / 'db.sqlite3'}?mode=ro", uri=True)) as database:
        return sorted(seconds // 60 for (seconds,) in database.execute("SELECT duration_s FROM sessions_app_sessionlog"))


def light_of(data: Path) -> Observer:
    return Observer(runtime_of(data) / "observer.sock", "demo")


@pytest.mark.timeout(600)
def test_K1_K10_K20_K30_K32_phones_give_back_what_a_backup_lacks_and_no_lamp_is_lit(
    chrome: Browser, tmp_path: Path, shots: Path
) -> None:
    data, kept = tmp_path / "data", tmp_path / "kept.zip"
    with running(data) as up:
        up.wait_for("The demo is ready", START_S)
        ada, visitor = somebody(chrome, up, "Ada"), somebody(chrome, up, "Visitor")
        ada.signs_up()
        ada.writes_a_session_down(minutes="5")
        wait_until(lambda: logged(data) == [5])
        visitor.tries_the_demo()
        visitor.sees("Virtual panel: no light.")
        visitor.sets_up_a_session(minutes="2")
        visitor.confirms_eyewear()
        visitor.holds_to_start()
        comes_on(light_of(data))

        made = manage("backup", kept, "--data", data)
        assert made.returncode == 0, made.stderr
        assert contents.undecided(contents.files(data)) == [], "decide about it in nirweb/backup/contents.py"
        assert "nothing says what it is" not in made.stdout
        refused = manage("restore", kept, "--data", data)
        assert refused.stderr.startswith(f"NIRWeb already runs on {data} at {up.origin}")

        ada.writes_a_session_down(minutes="7")  # which the backup does not know
        wait_until(lambda: logged(data) == [5, 7])

    restored = manage("restore", kept, "--data", data)
    assert restored.returncode == 0, restored.stderr
    assert "1 sessions were running" in restored.stdout
    assert logged(data) == [5]

    with running(data, port=up.port) as again:  # the demo's bridge is let in by the token of the backup: nothing is paired anew
        stays_dark(light_of(data), for_s=2)  # the session of the backup is not taken up again
        ada.goes("/log")
        wait_until(lambda: logged(data) == [5, 7])
        other = somebody(chrome, again, "Ada")
        other.email = ada.email
        other.signs_in()
        other.goes("/log")
        for minutes in (5, 7):
            expect(other.page.get_by_text(f"{minutes} min").first).to_be_visible()
        other.page.screenshot(path=shots / "after-a-restore.png")
        visitor.page.reload()
        stays_dark(light_of(data), for_s=1)
        history = light_of(data).history()
        assert "The demo is ready" not in again.output
        assert not [moment for moment in history if any(moment.levels.values())], "lit since the restore"
