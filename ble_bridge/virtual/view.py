"""`python -m ble_bridge.virtual.view --socket RUNDIR/observer.sock --radio home`: the virtual lamp in the terminal.

Keys: b button, w walk away or come back, p power off and on, f faults, q quit. In a pipe: one plain line for each change.
"""

import argparse
import contextlib
import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ble_bridge.virtual import frame
from ble_bridge.virtual.observer import Observer, ObserverError, State

_HIDE_CURSOR: Final = "\x1b[?25l"
_SHOW_CURSOR: Final = "\x1b[?25h"
_CLEAR_LINE: Final = "\x1b[K"
_CLEAR_BELOW: Final = "\x1b[J"


class LiveView:
    """A picture that is drawn over itself, and the keys that reach the panel."""

    def __init__(self, observer: Observer, *, colour: bool) -> None:
        self._observer = observer
        self._colour = colour
        self._faults_open = False
        self._drawn = 0

    def show(self) -> None:
        """Until q. Raises ObserverError when the virtual panel ends."""
        with _raw_keys(), contextlib.closing(self._observer.watch()) as states:
            for state in states:
                self._draw(state)
                for key in _pressed():
                    if key in {"q", "\x03"}:
                        return
                    self._press(key, state)
        raise ObserverError("the virtual panel has ended")

    def _draw(self, state: State) -> None:
        lines = frame.picture(state, colour=self._colour, faults_open=self._faults_open)
        up = f"\x1b[{self._drawn}F" if self._drawn else ""
        sys.stdout.write(up + "".join(f"{line}{_CLEAR_LINE}\n" for line in lines) + _CLEAR_BELOW)
        sys.stdout.flush()
        self._drawn = len(lines)

    def _press(self, key: str, state: State) -> None:
        match key:
            case "b":
                self._observer.button()
            case "w":
                (self._observer.come_back if state["away"] else self._observer.walk_away)()
            case "p":
                self._observer.power_cycle()
            case "f":
                self._faults_open = not self._faults_open
            case _ if self._faults_open and (name := frame.FAULT_KEYS.get(key)):
                self._observer.fault(name, on=name not in state["faults"])
            case _:
                pass


@contextlib.contextmanager
def _raw_keys() -> Iterator[None]:
    """Keys one by one, without echo; the terminal is given back as it was."""
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        sys.stdout.write(_HIDE_CURSOR)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        sys.stdout.write(_SHOW_CURSOR)
        sys.stdout.flush()


def _pressed() -> str:
    if not select.select([sys.stdin], [], [], 0)[0]:
        return ""
    return os.read(sys.stdin.fileno(), 64).decode(errors="ignore")


def tell_in_lines(observer: Observer) -> None:
    """For a pipe. Raises ObserverError when the virtual panel ends."""
    told: object = None
    for state in observer.watch():
        news = frame.what_a_line_tells(state)
        if news != told:
            told = news
            sys.stdout.write(f"{datetime.now().astimezone():%H:%M:%S}  {frame.plain_line(state)}\n")
            sys.stdout.flush()
    raise ObserverError("the virtual panel has ended")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ble_bridge.virtual.view", description="A virtual panel's lamp, live.")
    parser.add_argument("--socket", required=True, help="the observer's socket")
    parser.add_argument("--radio", default="home")
    arguments = parser.parse_args()
    observer = Observer(arguments.socket, arguments.radio)
    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            LiveView(observer, colour="NO_COLOR" not in os.environ).show()
        else:
            tell_in_lines(observer)
    except ObserverError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
