"""What the lamp truly does, asked of the process that holds it. For tests and the terminal view; not for bridge or server.

What bridge or server believe proves nothing: safety is judged by `history`.
"""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Final

from ble_bridge.virtual.light import Light, Span, lit_spans

State = dict[str, Any]
"""radio, name, address, serial, connected, away, powered and all of `panel.PanelSnapshot`; `light` has int keys."""
_TIMEOUT_S: Final = 10.0


class ObserverError(RuntimeError):
    """The observer refused a request or is gone."""


class Observer:
    """One radio seen through RUNDIR/observer.sock. Holds nothing open between calls, so any thread may use it."""

    def __init__(self, path: str | Path, radio: str) -> None:
        self._path = str(path)
        self.radio = radio

    def state(self) -> State:
        return _with_int_keys(self._ask("state"))

    def history(self) -> list[Light]:
        """Every change of true light output since the start or the last `clear`, the first entry being how it began."""
        return [Light(entry["t"], _int_keys(entry["levels"])) for entry in self._ask("history")]

    def spans(self) -> list[Span]:
        """When the lamp was truly on."""
        return lit_spans(self.history())

    def fault(self, name: str, *, on: bool) -> None:
        """Switches mute, slow, drop_link, stuck_channel, no_notify, hot or no_status (S70-S76 of `docs/panel-service.md`)."""
        self._ask("fault", name=name, on=on)

    def button(self, held_s: float = 0.0) -> None:
        """Pressed, and let go after so many seconds, not waited for. Held for 3 s it lets a panel with `--bonds` be paired."""
        self._ask("button", held_s=held_s)

    def type(self, digits: str) -> None:
        """A code, at a panel that was started with `--bonds`."""
        self._ask("type", digits=digits)

    def walk_away(self) -> None:
        self._ask("walk_away")

    def come_back(self) -> None:
        self._ask("come_back")

    def power_cycle(self) -> None:
        self._ask("power_cycle")

    def forget_tokens(self) -> None:
        """The panel loses its memory of runs [S13]: only the bridge can now refuse what was run before."""
        self._ask("forget_tokens")

    def forget_bonds(self) -> None:
        """Of a panel that was started with `--bonds`: it knows no bridge any more, once its link is gone."""
        self._ask("forget_bonds")

    def guest(self, make: str, *, on: bool) -> None:
        """A panel of another make (`blockbluelight`, `elk`, `glow`, or the unknown `stranger`) in the same air, until `clear`."""
        self._ask("guest", make=make, on=on)

    def rssi(self, bridge: int, dbm: int) -> None:
        """How well the bridge of this number, from 1, hears what is on this radio."""
        self._ask("rssi", bridge=bridge, dbm=dbm)

    def clear(self) -> None:
        self._ask("clear")

    def watch(self) -> Generator[State]:
        """States on change and five times a second, over a line of its own. Ends when the process ends."""
        line = _Line(self._path)
        with contextlib.closing(line):
            line.ask({"id": 0, "op": "watch", "radio": self.radio})
            while message := line.read():
                yield _with_int_keys(message["state"])

    def wait_until(self, holds: Callable[[State], bool], *, within_s: float) -> State:
        """The first state that holds. Raises ObserverError with the last one when none did in time."""
        deadline_s = time.monotonic() + within_s
        last: State = {}
        with contextlib.closing(self.watch()) as states:
            for last in states:
                if holds(last):
                    return last
                if time.monotonic() > deadline_s:
                    break
        raise ObserverError(f"not within {within_s} s; last state {last}")

    def _ask(self, op: str, **arguments: object) -> Any:
        try:
            with contextlib.closing(_Line(self._path)) as line:
                return line.ask({"id": 1, "op": op, "radio": self.radio, **arguments})
        except (OSError, json.JSONDecodeError) as error:
            raise ObserverError(f"the virtual panel does not answer: {error}") from error


class _Line:
    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_TIMEOUT_S)
        try:
            self._socket.connect(path)
        except OSError as error:
            self._socket.close()
            raise ObserverError(f"no virtual panel at {path}: {error}") from error
        self._file = self._socket.makefile("rb")

    def ask(self, request: dict[str, object]) -> Any:
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        answer = self.read()
        if answer is None:
            raise ConnectionError("hung up")
        if not answer["ok"]:
            raise ObserverError(answer["error"])
        return answer["result"]

    def read(self) -> dict[str, Any] | None:
        line = self._file.readline()
        if not line:
            return None
        message: dict[str, Any] = json.loads(line)
        return message

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def _int_keys(levels: dict[str, int]) -> dict[int, int]:
    return {int(wavelength): level for wavelength, level in levels.items()}


def _with_int_keys(state: State) -> State:
    return {**state, "light": _int_keys(state["light"])}
