"""A bridge with one safeguard taken out, to show that the tests of safety see it.

`python -m tests.ble_bridge.safety.planted BUG run --home DIR` runs the product's own `main` after patching what the bug names.
Nothing in the product knows of this: there is no flag, and nothing here is shipped.
"""

import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

from ble_bridge import __main__ as bridge
from ble_bridge import panel, run_drive, runner
from ble_bridge.contract import limits
from ble_bridge.drivers.driver import Exchange
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.run_turn import Turn
from ble_bridge.run_words import Levels, StartGranted

AN_HOUR_MS: Final = 3_600_000
LONGEST_DEADMAN_MS: Final = 10_000
"""The longest that the virtual panel lets be asked for; none at all cannot be said on its wire."""


def no_check_before_the_write() -> None:
    """Once granted, a start's life is never looked at again [B12]."""
    on_start = runner._HANDLERS[StartGranted]

    def on_endless_start(turn: Turn, granted: StartGranted) -> None:
        on_start(turn, replace(granted, life_ms=AN_HOUR_MS))

    runner._HANDLERS[StartGranted] = on_endless_start
    mock.patch.object(panel, "may_light", return_value=True).start()


def no_journal() -> None:
    """Nothing of the journal is on the disk [B13, B21]."""
    connect = sqlite3.connect

    def connect_to_memory(path: Path, **options: Any) -> sqlite3.Connection:
        path.touch()
        in_memory: sqlite3.Connection = connect(":memory:", **options)
        return in_memory

    mock.patch.object(sqlite3, "connect", connect_to_memory).start()


def no_deadman() -> None:
    """The panel is asked for no dead-man worth the name [B21]."""
    start = OpenPanel.start

    def start_without(self: OpenPanel, token: int, duration_s: int, _deadman_ms: int, levels_pct: Levels) -> Exchange:
        return start(self, token, duration_s, LONGEST_DEADMAN_MS, levels_pct)

    mock.patch.object(OpenPanel, "start", start_without).start()


def no_fresh_status() -> None:
    """The panel's last word counts for ever; the gate looks at all else, which `tests/sim/relay` plants [B25]."""
    endless = {name: value for name, value in vars(limits).items() if name.isupper()} | {"STATUS_SILENCE_MS": AN_HOUR_MS}
    mock.patch.object(run_drive, "limits", SimpleNamespace(**endless)).start()


BUGS: Final[Mapping[str, Callable[[], None]]] = {
    bug.__name__: bug for bug in (no_check_before_the_write, no_journal, no_deadman, no_fresh_status)
}


if __name__ == "__main__":
    BUGS[sys.argv.pop(1)]()
    sys.exit(bridge.main())
