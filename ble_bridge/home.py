"""One bridge's home: its folder, its journal, its line to one server, its panels. One process may carry several."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from ble_bridge import SOFTWARE
from ble_bridge.clock import boot_id
from ble_bridge.contract import wire
from ble_bridge.doctor.told import findings_of
from ble_bridge.enrol import Enrolment
from ble_bridge.finder import Finder
from ble_bridge.hearing import Hearing
from ble_bridge.home_file import HomeFile
from ble_bridge.journal import Journal
from ble_bridge.journal_thread import JournalThread
from ble_bridge.link import Line
from ble_bridge.orders import Orders
from ble_bridge.own_profiles import OwnProfiles
from ble_bridge.paired import Paired
from ble_bridge.panel import Panel
from ble_bridge.panel_link import PanelLink
from ble_bridge.pin import Pin
from ble_bridge.profiles.profile import Profile
from ble_bridge.profiles.shelf import Shelf
from ble_bridge.radio.radio import Radio
from ble_bridge.run_words import Closing, Unpaired
from ble_bridge.runner import busy

OFF_WITHIN_S: Final = 3.0
"""B52: on ending, off is waited for so long."""
LAST_WORDS_S: Final = 0.3
"""After that, for what was just told to reach the server."""
LOOK_AT_RADIOS_S: Final = 10.0
RADIOS_WITHIN_S: Final = 5.0
OPEN_RUNS_TOLD: Final = 64
log = structlog.stdlib.get_logger(__name__)


class Home:
    def __init__(self, folder: Path, file: HomeFile, radios: Sequence[Radio], profiles: Mapping[str, Profile]) -> None:
        """Raises JournalError."""
        self.folder = folder
        self._file = file
        self._radios = list(radios)
        self._profiles = Shelf(folder, profiles)
        self._working: list[str] = []
        self._looked = asyncio.Event()
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Of a panel that cannot go on: the process ends, and the next one finds what is lit."""
        self._journal = JournalThread(Journal(folder / "journal.sqlite3", boot_id()), self._told)
        pin = Pin(folder, file.server, file.authority)
        self._line = Line(file.server, Enrolment(folder, file.server, file.name, SOFTWARE, pin=pin), self._journal, pin.tls)
        self._paired = Paired(folder, self._journal.journal, self._panel)
        own = OwnProfiles(self._profiles, self._paired, self._line.shelf)
        self._orders = Orders(
            self._line, self._paired, Finder(radios, self._profiles), self._journal, own, partial(findings_of, folder)
        )
        self._hearing = Hearing(radios, lambda: self._paired.known, self._linked, self._line.heard)

    def _linked(self) -> set[UUID]:
        return {panel.panel_id for panel in self._paired if panel.state.link in ("connected", "suspect")}

    def _told(self) -> None:
        self._line.telemetry()

    def _panel(self, paired: wire.PairedPanel) -> Panel:
        return Panel(paired, PanelLink(paired, self._radios, self._profiles), self._journal, self._line, self._fail)

    def _fail(self, error: BaseException) -> None:
        if not self._failure.done():
            self._failure.set_exception(error)

    @property
    def goes_on(self) -> bool:
        return all(panel.goes_on for panel in self._paired)

    async def run(self) -> None:
        """Until it is cancelled; then everything of ours is off, or was tried to be [B52]."""
        structlog.contextvars.bind_contextvars(home=self._file.name)
        self._paired.restore()
        tasks = (self._look_at_radios(), self._talk(), self._hearing.run())
        work = [*(asyncio.create_task(task) for task in tasks), self._failure]
        try:
            # not `gather`: the line stays while everything is turned off
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await asyncio.shield(self._end(work))

    async def _talk(self) -> None:
        """The line, once it is known which radios to tell of."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RADIOS_WITHIN_S):
                await self._looked.wait()
        await self._line.run(self)

    async def _end(self, work: Sequence[asyncio.Future[None]]) -> None:
        for panel in self._paired:
            with contextlib.suppress(Exception):  # one that failed must not keep the others from being turned off
                panel.post(Closing())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(OFF_WITHIN_S):
                for panel in self._paired:
                    await panel.settled()
        for panel in self._paired:
            if panel.state.run is not None or panel.state.off is not None:
                log.error("ended before off was confirmed: switch the panel off at the wall", panel=panel.paired.name)
        if self._line.open:
            await asyncio.sleep(LAST_WORDS_S)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await self._orders.close()
        await self._paired.close()
        await self._journal.close()

    async def _look_at_radios(self) -> None:
        """Which radios work, and what the others lack, told when it changes."""
        before: dict[str, str] = {}
        while True:
            problems = {radio.spec: await radio.problem() for radio in self._radios}
            self._working = sorted({radio.kind for radio in self._radios if not problems[radio.spec]})
            for spec, problem in problems.items():
                if problem and problem != before.get(spec):
                    log.warning("radio cannot be used", radio=spec, problem=problem)
                elif not problem and before.get(spec, "unknown"):
                    log.info("radio ready", radio=spec)
            before = problems
            self._looked.set()
            await asyncio.sleep(LOOK_AT_RADIOS_S)

    # ── Ears of the line ─────────────────────────────────────────────────────────────────────────────────────────────
    async def hello(self) -> wire.Hello:
        journal = self._journal.journal
        named = {(run.args.session_id, run.args.run_no) for run in await self._journal.do(journal.open_runs)}
        runs = (panel.state.run for panel in self._paired)
        named |= self._orders.starting | {(run.args.session_id, run.args.run_no) for run in runs if run is not None}
        return wire.Hello(
            protocol=wire.PROTOCOL,
            software=SOFTWARE,
            epoch=journal.epoch,
            last_seq=journal.last_seq,
            open_runs=[wire.OpenRun(session_id=session, run_no=run_no) for session, run_no in sorted(named)][:OPEN_RUNS_TOLD],
            profiles={profile.profile: profile.hash for profile in self._profiles.values()},
            radios=self._working,
        )

    def hear(self, message: wire.ToBridge) -> None:
        self._orders.hear(message)

    def lit(self) -> bool:
        return any(busy(panel.state) for panel in self._paired)

    def line_lost(self, *, revoked: bool) -> None:
        self._orders.line_lost()
        if revoked:  # B4: nobody speaks for these panels any more
            for panel in self._paired:
                panel.post(Unpaired())
