"""The paired panels of a home, kept in `panels.json`: an open run is looked after even while the server is away [B34]."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from pydantic import TypeAdapter, ValidationError

from ble_bridge import on_disk
from ble_bridge.clock import now_ms
from ble_bridge.contract.wire import PairedPanel
from ble_bridge.journal import Journal, OpenRun
from ble_bridge.panel import Panel
from ble_bridge.run_words import Restored, StopsRestored, Unpaired

OFF_WITHIN_S: Final = 3.0
"""A panel that is let go is turned off first, for at most this long."""
_LIST: Final = TypeAdapter(list[PairedPanel])
log = structlog.stdlib.get_logger(__name__)


class Paired:
    """`make` builds the panel for a pairing; its tasks begin with `start`."""

    def __init__(self, folder: Path, journal: Journal, make: Callable[[PairedPanel], Panel]) -> None:
        self._file = folder / "panels.json"
        self._journal = journal
        self._make = make
        self._panels: dict[UUID, Panel] = {}
        self.known: list[PairedPanel] = []
        """The household's, those too that another bridge leads [B70]."""
        self._leaving: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[Panel]:
        return iter(list(self._panels.values()))

    def get(self, panel_id: UUID) -> Panel | None:
        return self._panels.get(panel_id)

    def restore(self) -> None:
        """As an earlier process left them, open runs included."""
        for paired in self._read():
            self._add(paired)
        stops = dict(self._journal.stops())
        for panel in self:
            panel.post(StopsRestored(stops))
        for run in self._journal.open_runs():
            owner = self.get(run.panel_id)
            if owner is None:
                log.error("a run is open for a panel that is not paired any more", panel_id=str(run.panel_id), trace=run.trace)
            else:
                log.warning("a run was left open: its panel is sought and turned off", panel=owner.paired.name, trace=run.trace)
                owner.post(restored(run, now_ms()))

    def update(self, panels: list[PairedPanel]) -> None:
        """The whole list, as the server has it now."""
        self.known, panels = panels, [paired for paired in panels if paired.leads]
        wanted = {paired.panel_id: paired for paired in panels}
        for panel in self:
            paired = wanted.get(panel.panel_id)
            if paired is None or (paired.identity, paired.channels) != (panel.paired.identity, panel.paired.channels):
                self._leave(panel)
            else:
                panel.paired = paired
        for paired in panels:
            if paired.panel_id not in self._panels:
                self._add(paired)
        self._write(panels)

    async def close(self) -> None:
        await asyncio.gather(*(panel.close() for panel in self), *self._leaving, return_exceptions=True)

    def _add(self, paired: PairedPanel) -> None:
        panel = self._make(paired)
        self._panels[paired.panel_id] = panel
        panel.start()

    def _leave(self, panel: Panel) -> None:
        """No longer ours: off first, then gone."""
        del self._panels[panel.panel_id]
        panel.post(Unpaired())
        task = asyncio.create_task(_off_and_close(panel))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _read(self) -> list[PairedPanel]:
        try:
            return _LIST.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValidationError) as error:
            log.error("the list of paired panels cannot be read; the server will send it", error=str(error))
            return []

    def _write(self, panels: list[PairedPanel]) -> None:
        on_disk.write_json(self._file, _LIST.dump_python(panels, mode="json"))


async def _off_and_close(panel: Panel) -> None:
    try:
        async with asyncio.timeout(OFF_WITHIN_S):
            await panel.settled()
    except TimeoutError:
        log.warning("a panel is let go and was not seen off", panel=panel.paired.name)
    await panel.close()


def restored(run: OpenRun, now: int) -> Restored:
    """The run in times of this boot. After a new boot nothing is known but how much of it was left: that is booked in full."""
    left_ms = max(0, run.planned_end_ms - run.counted_ms)
    counted_ms, planned_end_ms = (run.counted_ms, run.planned_end_ms) if run.same_boot else (now - left_ms, now)
    return Restored(run.args, run.clearance, run.trace, counted_ms, planned_end_ms, run.deadman_ms)
