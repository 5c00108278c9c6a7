"""What the server says, given to whom it concerns. Stops go straight through; everything else is claimed first."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog

from ble_bridge.claims import Claimed, Claims
from ble_bridge.clock import now_ms
from ble_bridge.contract import limits, wire
from ble_bridge.finder import Finder, Known
from ble_bridge.journal_thread import JournalThread
from ble_bridge.link import Line
from ble_bridge.own_profiles import Outcome, OwnProfiles
from ble_bridge.paired import Paired
from ble_bridge.panel import Panel
from ble_bridge.run_words import IdentifyGranted, LevelsGranted, StartGranted, StillHere, StopAsked, Watched

Look = Callable[[], list[wire.Finding]]
log = structlog.stdlib.get_logger(__name__)


class Orders:
    def __init__(self, line: Line, paired: Paired, finder: Finder, journal: JournalThread, own: OwnProfiles, look: Look) -> None:
        """`look` is the doctor's: every finding, in a thread."""
        self._own = own
        self._look = look
        self._line = line
        self._paired = paired
        self._finder = finder
        self._journal = journal
        self._claims = Claims()
        self._tasks: set[asyncio.Task[None]] = set()
        self.starting: set[tuple[UUID, int]] = set()
        """Starts that were granted and are not with their panel yet [B44]."""

    def hear(self, message: wire.ToBridge) -> None:
        """Acts at once; nothing here waits."""
        act = _ACTS.get(type(message))
        if act is not None:
            act(self, message)

    def line_lost(self) -> None:
        self._claims.line_lost()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── What needs no claim ──────────────────────────────────────────────────────────────────────────────────────────
    def stop(self, stop: wire.Stop) -> None:
        """B14: nothing before this."""
        panel = self._paired.get(stop.panel_id)
        if panel is not None:
            panel.post(StopAsked(stop.command_id, stop.trace, stop.session_id, stop.run_no, stop.emergency))
        log.info("stop", panel=panel.paired.name if panel else None, emergency=stop.emergency, trace=stop.trace)
        if panel is None:
            self._result(stop.command_id, stop.trace, "unknown_panel")

    def watch(self, watch: wire.Watch) -> None:
        panel = self._paired.get(watch.panel_id)
        if panel is not None:
            panel.post(Watched(watch.on))
            if watch.on:
                panel.publish(anyway=True)

    def pair_anew(self, message: wire.PairAnew) -> None:
        panel = self._paired.get(message.panel_id)
        if panel is not None:
            panel.pair_anew()

    def still_here(self, message: wire.StillHere) -> None:
        for panel in self._paired:
            panel.post(StillHere(message.session_id))

    def panels(self, message: wire.Panels | wire.Welcome) -> None:
        if isinstance(message, wire.Welcome):
            self._own.tell()
        self._paired.update(message.panels)
        for panel in self._paired:
            panel.publish(anyway=True)

    def fault(self, fault: wire.Fault) -> None:
        log.error("the server refuses", code=fault.code, detail=fault.detail, fatal=fault.fatal)

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def ring(self, ring: wire.Ring) -> None:
        claim_id = self._claims.claim(ring.command_id, now_ms())
        if claim_id is not None:
            log.debug("claim", trace=ring.trace)
            self._line.claim(wire.Claim(command_id=ring.command_id, claim_id=claim_id))

    def deny(self, deny: wire.Deny) -> None:
        self._claims.denied(deny.claim_id)
        log.info("denied", code=deny.code, command=str(deny.command_id))

    def grant(self, grant: wire.Grant) -> None:
        claimed = self._claims.granted(grant.claim_id, grant.command_id)
        if claimed is None:
            log.error("a grant for nothing that was claimed", trace=grant.trace)
            return
        log.info("granted", kind=grant.args.kind, after_ms=now_ms() - claimed.sent_ms, trace=grant.trace)
        match grant.args:
            case wire.StartArgs():
                self._spawn(self._answering(grant, self._start(grant, grant.args, claimed)))
            case wire.SetLevelsArgs():
                event = LevelsGranted(grant.command_id, grant.trace, grant.args, claimed.sent_ms, grant.life_ms)
                self._to_panel(grant, grant.args.panel_id, lambda panel: panel.post(event))
            case wire.IdentifyArgs():
                self._identify(grant, grant.args, claimed)
            case wire.ScanArgs():
                self._spawn(self._answering(grant, self._scan(grant, grant.args)))
            case wire.AddProfileArgs() | wire.RemoveProfileArgs() | wire.DoctorArgs():
                self._spawn(self._answering(grant, self._aside(grant, grant.args)))

    async def _answering(self, grant: wire.Grant, work: Coroutine[Any, Any, None]) -> None:
        """B15: there is a result, whatever goes wrong."""
        try:
            await work
        except Exception as error:  # noqa: BLE001
            log.error("command failed in the bridge", error=repr(error), trace=grant.trace)
            self._result(grant.command_id, grant.trace, "fault", "something failed in the bridge; its log says what")

    async def _start(self, grant: wire.Grant, args: wire.StartArgs, claimed: Claimed) -> None:
        """B13: used up on the disk before it is acted on. Of the other kinds none could light a lamp after a restart."""
        self.starting.add((args.session_id, args.run_no))
        try:
            new = await self._journal.do(partial(self._journal.journal.use, grant.command_id))
        except Exception as error:  # noqa: BLE001 - whatever the disk says: nothing is started without it
            log.error("journal not written, so not started", error=str(error), trace=grant.trace)
            self._result(grant.command_id, grant.trace, "unready", "the bridge could not write its journal")
            return
        finally:
            self.starting.discard((args.session_id, args.run_no))
        if not new:
            log.error("a start that was used before", trace=grant.trace)
            return
        panel = self._paired.get(args.panel_id)
        if panel is not None and grant.lease is not None and grant.lease != panel.paired.lease:
            self._result(grant.command_id, grant.trace, "not_leading", "another bridge has this panel now")
            return
        event = StartGranted(grant.command_id, grant.trace, args, grant.clearance, claimed.sent_ms, grant.life_ms)
        self._to_panel(grant, args.panel_id, lambda panel: panel.post(event))

    def _to_panel(self, grant: wire.Grant, panel_id: UUID, act: Callable[[Panel], None]) -> None:
        panel = self._paired.get(panel_id)
        if panel is None:
            self._result(grant.command_id, grant.trace, "unknown_panel")
        else:
            act(panel)

    def _identify(self, grant: wire.Grant, args: wire.IdentifyArgs, claimed: Claimed) -> None:
        if args.panel_id is not None:
            event = IdentifyGranted(grant.command_id, grant.trace, args, claimed.sent_ms, grant.life_ms)
            self._to_panel(grant, args.panel_id, lambda panel: panel.post(event))
        else:
            self._spawn(self._answering(grant, self._blink(grant, args.found_id or "")))

    async def _blink(self, grant: wire.Grant, found_id: str) -> None:
        code, detail = await self._finder.identify(found_id)
        self._result(grant.command_id, grant.trace, code, detail)

    async def _scan(self, grant: wire.Grant, args: wire.ScanArgs) -> None:
        def tell(panels: list[wire.FoundPanel], problem: str = "", *, done: bool = False) -> None:
            self._line.found(wire.Found(command_id=grant.command_id, panels=panels, done=done, problem=problem))

        known = {paired.identity.address: Known(paired, linked=False) for paired in self._paired.known}
        known |= {panel.paired.identity.address: Known(panel.paired, panel.state.link == "connected") for panel in self._paired}
        found, problem = await self._finder.scan(args.duration_s, known, tell)
        tell(found, problem, done=True)
        self._own.tell()
        self._result(grant.command_id, grant.trace, "no_radio" if problem else "ok", problem)

    async def _aside(self, grant: wire.Grant, args: wire.AddProfileArgs | wire.RemoveProfileArgs | wire.DoctorArgs) -> None:
        """What concerns no panel."""
        match args:
            case wire.AddProfileArgs():
                code, detail = await self._own.add(args.text)
            case wire.RemoveProfileArgs():
                code, detail = await self._own.remove(args.file)
            case _:
                code, detail = await self._doctor(grant)
        self._result(grant.command_id, grant.trace, code, detail)

    async def _doctor(self, grant: wire.Grant) -> Outcome:
        """G60: the same that `doctor` tells at the bridge's own machine."""
        found = await asyncio.to_thread(self._look)
        self._line.checkup(wire.Checkup(command_id=grant.command_id, findings=found))
        return "ok", ""

    def _result(self, command_id: UUID, trace: str, code: str, detail: str = "") -> None:
        log.info("result", ok=code == "ok", code=code, detail=detail, trace=trace)
        self._line.result(
            wire.Result(
                command_id=command_id, ok=code == "ok", code=code, detail=detail[: limits.MAX_DETAIL_LETTERS], trace=trace
            )
        )


_ACTS: Final[dict[type, Callable[[Orders, Any], None]]] = {
    wire.Stop: Orders.stop,
    wire.Ring: Orders.ring,
    wire.Grant: Orders.grant,
    wire.Deny: Orders.deny,
    wire.Watch: Orders.watch,
    wire.PairAnew: Orders.pair_anew,
    wire.StillHere: Orders.still_here,
    wire.Panels: Orders.panels,
    wire.Welcome: Orders.panels,
    wire.Fault: Orders.fault,
}
