"""What goes wrong inside the bridge is told, ends nothing silently, and never keeps others waiting."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ble_bridge import panel as room
from ble_bridge.contract import wire
from ble_bridge.journal import Journal
from ble_bridge.journal_thread import JournalThread
from ble_bridge.panel import Panel
from ble_bridge.panel_link import PanelLink
from ble_bridge.run_words import Tick

PAIRED = wire.PairedPanel(
    panel_id=UUID(int=7),
    name="Panel",
    identity=wire.Identity(address="A", serial="", gatt_fingerprint="0" * 64, profile="open-panel-1", profile_hash="0" * 64),
    channels=[wire.Channel(wavelength_nm=660, min_pct=5, max_pct=100)],
)


class Nowhere:
    def result(self, result: wire.Result) -> None: ...

    def panel_state(self, state: wire.PanelState) -> None: ...


async def test_a_session_machine_that_fails_is_told_to_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = JournalThread(Journal(tmp_path / "journal.sqlite3", "boot"), lambda: None)
    failures: list[BaseException] = []
    panel = Panel(PAIRED, PanelLink(PAIRED, [], {}), journal, Nowhere(), failures.append)

    def broken(*_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(room, "step", broken)
    with pytest.raises(RuntimeError):
        panel.post(Tick())
    assert [str(error) for error in failures] == ["a bug"]
    await journal.close()


async def test_B40_a_fact_that_does_not_fit_does_not_hold_up_the_next(tmp_path: Path) -> None:
    journal = JournalThread(Journal(tmp_path / "journal.sqlite3", "boot"), lambda: None)
    about: dict[str, Any] = {"panel_id": UUID(int=7), "at": datetime.now(UTC), "session_id": None, "run_no": None}
    journal.tell(**about, event="no such event")
    journal.tell(**about, event="foreign_on")
    events = await journal.do(lambda: journal.journal.waiting(0))
    assert [(event.seq, event.event) for event in events] == [(1, "foreign_on")]
    await journal.close()
