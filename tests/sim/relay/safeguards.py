"""Each safeguard of the relay, and the life without it. A plant takes out one safeguard alone, in the product's own code, and the
judge must find it, by the rule that is named, within `WITHIN` lives that have
the faults that it is there for.

The list of safeguards is the table in `docs/bridge.md`; a test holds the two together.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

from ble_bridge import paired, panel, run_drive, run_events, run_off, run_reports, runner
from ble_bridge.contract import limits, wire
from ble_bridge.drivers.driver import Exchange
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.journal import Journal
from ble_bridge.link import Line
from ble_bridge.panel import Panel
from ble_bridge.run_model import Run
from ble_bridge.run_turn import Turn
from ble_bridge.run_words import Levels, OpDone, Record, Recorded, StartGranted
from sessions_app.clock import Moment
from sessions_app.therapy import rules

WITHIN: Final = 300
HOUR_MS: Final = 3_600_000
LONGEST_DEADMAN_MS: Final = 10_000
Planting = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Plant:
    """`found_as`: the rules of the judge that see it. `faults`: what it is there for; none: it is missed without."""

    plant: Planting
    found_as: frozenset[str]
    faults: tuple[str, ...] = ()


def _without(**instead: int) -> SimpleNamespace:
    """The limits, some of them otherwise."""
    return SimpleNamespace(**{**{k: v for k, v in vars(limits).items() if k.isupper()}, **instead})


def dead_man() -> AbstractContextManager[Any]:
    """The panel is asked for no dead-man worth the name."""
    start = OpenPanel.start

    def start_without(self: OpenPanel, token: int, duration_s: int, _deadman_ms: int, levels_pct: Levels) -> Exchange:
        return start(self, token, duration_s, LONGEST_DEADMAN_MS, levels_pct)

    return mock.patch.object(OpenPanel, "start", start_without)


def keep_alive_gate() -> AbstractContextManager[Any]:
    """Of what the gate looks at only the age of the last status is left."""

    def only_fresh(turn: Turn, _run: Run) -> bool:
        heard = turn.state.heard
        return heard is not None and turn.now_ms - heard.at_ms < limits.STATUS_SILENCE_MS

    return mock.patch.object(run_drive, "_gate_open", only_fresh)


def fresh_status() -> AbstractContextManager[Any]:
    """The last status counts for ever; the gate looks at all else."""
    return mock.patch.object(run_drive, "limits", _without(STATUS_SILENCE_MS=HOUR_MS))


@contextlib.contextmanager
def life_of_a_start() -> Iterator[None]:
    """Once granted, a start's life is never looked at again."""
    on_start = runner._HANDLERS[StartGranted]

    def endless(turn: Turn, granted: StartGranted) -> None:
        on_start(turn, replace(granted, life_ms=HOUR_MS))

    with mock.patch.dict(runner._HANDLERS, {StartGranted: endless}), mock.patch.object(panel, "may_light", return_value=True):
        yield


def grant_in_time() -> AbstractContextManager[Any]:
    """A grant may come any time after its claim."""
    return mock.patch.object(run_events, "limits", _without(GRANT_WITHIN_MS=HOUR_MS))


def age_of_the_ticket() -> AbstractContextManager[Any]:
    """The server takes a ticket however old it is."""
    return mock.patch.object(Moment, "life_left_ms", lambda _self, _made, life_ms: life_ms)


def stop_wins() -> AbstractContextManager[Any]:
    """A start is not asked whether a stop came before it."""
    return mock.patch.object(run_events, "_stopped_before", return_value=False)


def stop_while_stuck() -> AbstractContextManager[Any]:
    """There is no emergency stop: every stop waits its turn."""
    return mock.patch.object(OpenPanel, "emergency_stop", OpenPanel.stop)


def off_again() -> AbstractContextManager[Any]:
    """Off is written once and not again."""
    write = run_off._write_off

    def once(turn: Turn, off: Any) -> None:
        if off.tried == 0:
            write(turn, off)

    return mock.patch.object(run_off, "_write_off", once)


def end_of_the_plan() -> AbstractContextManager[Any]:
    """The bridge does not end what the panel's timer left on."""
    return mock.patch.object(run_drive, "END_GRACE_MS", HOUR_MS)


def level_cap() -> AbstractContextManager[Any]:
    """Other levels are taken as they are asked for."""
    return mock.patch.object(run_events, "refuse_change", return_value=None)


def read_back() -> AbstractContextManager[Any]:
    """What the panel said yes to is taken to be lit."""
    done = run_reports._start_done

    def believed(turn: Turn, event: OpDone) -> None:
        done(turn, event)
        run = turn.state.run
        if run is not None and run.phase == "lighting" and event.outcome == "ok":
            run_reports._begin(turn, run, "running")

    return mock.patch.object(run_reports, "_start_done", believed)


def used_command() -> AbstractContextManager[Any]:
    """The journal does not remember which commands were acted on, nor does the process."""
    stack = contextlib.ExitStack()
    stack.enter_context(mock.patch.object(Journal, "use", return_value=True))
    stack.enter_context(mock.patch("ble_bridge.claims.USED_KEPT", 0))
    return stack


def one_start_per_run() -> AbstractContextManager[Any]:
    """A run may be written, and lit, again."""
    stack = contextlib.ExitStack()
    opened = Journal.open_run

    def anew(self: Journal, **record: Any) -> bool:
        args = record["args"]
        with self._change() as db:
            db.execute("DELETE FROM run WHERE session_id = ? AND run_no = ?", (str(args.session_id), args.run_no))
        return opened(self, **record)

    refuse = run_events._refuse_start

    def repeatable(turn: Turn, event: StartGranted) -> Any:
        refusal = refuse(turn, event)
        return None if refusal is not None and refusal.code == "repeated" else refusal

    stack.enter_context(mock.patch.object(Journal, "open_run", anew))
    stack.enter_context(mock.patch.object(run_events, "_refuse_start", repeatable))
    return stack


def record_before_light() -> AbstractContextManager[Any]:
    """The run is written to the journal long after its light."""
    record = Panel._record

    async def later(self: Panel, wanted: Record) -> None:
        self.post(Recorded(wanted.args.session_id, wanted.args.run_no, True, ""))
        await asyncio.sleep(5)
        with mock.patch.object(Panel, "post"):
            await record(self, wanted)

    return mock.patch.object(Panel, "_record", later)


def adoption() -> AbstractContextManager[Any]:
    """What the journal has open is not looked after when the bridge comes back."""
    restore = paired.Paired.restore

    def forgetful(self: paired.Paired) -> None:
        with mock.patch.object(Journal, "open_runs", return_value=[]):
            restore(self)

    return mock.patch.object(paired.Paired, "restore", forgetful)


def one_leader() -> AbstractContextManager[Any]:
    """A bridge drives every panel that it is told of, under whatever lease."""
    update = paired.Paired.update

    def all_of_them(self: paired.Paired, panels: list[wire.PairedPanel]) -> None:
        update(self, [one.model_copy(update={"leads": True}) for one in panels])

    return mock.patch.object(paired.Paired, "update", all_of_them)


def telemetry_kept() -> AbstractContextManager[Any]:
    """After a welcome nothing is sent again."""
    welcome = Line._welcome

    def forgetting(self: Line, socket: Any, message: wire.Welcome) -> Any:
        workers = welcome(self, socket, message)
        self._sent_seq = max(self._sent_seq, self._journal.journal.last_seq)
        return workers

    return mock.patch.object(Line, "_welcome", forgetting)


def stored_once() -> AbstractContextManager[Any]:
    """The server stores what comes, whatever its number."""
    return mock.patch.object(rules, "is_next", lambda epoch, _acked, event: event.epoch == epoch)


SAFEGUARDS: Final[Mapping[str, Plant]] = {
    "dead man": Plant(dead_man, frozenset({"P5 bridge lost", "P6 stop"}), ("kill_bridge", "suspend_bridge")),
    "keep-alive gate": Plant(keep_alive_gate, frozenset({"B25 gate"}), ("slow",)),
    "fresh status": Plant(fresh_status, frozenset({"B25 fresh", "P7 screen"}), ("no_status",)),
    "life of a start": Plant(life_of_a_start, frozenset({"P4 late start"}), ("walk_away", "mute")),
    "grant in time": Plant(grant_in_time, frozenset({"B12 grant within"}), ("slow_server",)),
    "age of the ticket": Plant(age_of_the_ticket, frozenset({"P4 late start"}), ("tunnel",)),
    "stop wins": Plant(stop_wins, frozenset({"P6 stop"}), ("tunnel", "slow_server")),
    # a person's stop comes late, or the bridge's own at the end of the plan, where the panel's timer is broken
    "stop while stuck": Plant(stop_while_stuck, frozenset({"P6 stop", "P5 plan"}), ("mute", "slow")),
    "off again": Plant(off_again, frozenset({"P6 stop"}), ("mute", "slow")),
    "end of the plan": Plant(end_of_the_plan, frozenset({"P5 plan"})),
    "level cap": Plant(level_cap, frozenset({"B24 level"})),
    "read-back": Plant(read_back, frozenset({"B23 read-back", "P7 screen"}), ("dud",)),
    "used command": Plant(used_command, frozenset({"B15 one result"}), ("repeats",)),
    "one start per run": Plant(one_start_per_run, frozenset({"B22 once"}), ("repeats",)),
    "record before light": Plant(record_before_light, frozenset({"B34 told"}), ("kill_bridge",)),
    "adoption": Plant(adoption, frozenset({"B34 told"}), ("kill_bridge",)),
    "one leader": Plant(one_leader, frozenset({"B72 one leads"}), ("astray",)),
    "telemetry kept": Plant(telemetry_kept, frozenset({"B41 telemetry", "B15 last word"}), ("cut_network", "kill_server")),
    "stored once": Plant(stored_once, frozenset({"B41 telemetry"}), ("slow_server", "drop_line")),
}
