"""Pure: how the terminal view looks. A state of the observer in, lines of text out."""

from collections.abc import Callable
from typing import Any, Final

from ble_bridge.virtual.model import FaultName

State = dict[str, Any]

BAR_CELLS: Final = 24
WIDTH: Final = 62
_FIRST_NIR_NM: Final = 700
_RESET: Final = "\x1b[0m"
_DIM: Final = "\x1b[2m"
_BOLD: Final = "\x1b[1m"
_RED: Final = "\x1b[38;5;203m"
_INFRARED: Final = "\x1b[38;5;131m"
_WARN: Final = "\x1b[38;5;221m"

_ENDS: Final = {
    "none": "none yet",
    "completed": "its time was over",
    "client": "stopped over the air",
    "deadman": "dead-man: nobody kept it alive",
    "link_lost": "link lost",
    "over_temperature": "too hot",
    "button": "its button",
    "power": "loss of power",
}
_FAULTS: Final = {
    FaultName.MUTE: "mute: answers nothing",
    FaultName.SLOW: "slow: acts two seconds late",
    FaultName.DROP_LINK: "drop_link: cuts every link",
    FaultName.STUCK_CHANNEL: "stuck_channel: one stays on after off",
    FaultName.NO_NOTIFY: "no_notify: tells nothing unasked",
    FaultName.HOT: "hot: heats up at once",
    FaultName.NO_STATUS: "no_status: acts, and says nothing of it",
}
FAULT_KEYS: Final = {str(number): name for number, name in enumerate(FaultName, start=1)}


def lit(state: State) -> bool:
    return any(state["light"].values())


def headline(state: State) -> str:
    """What the lamp does, in words."""
    if state["stuck"]:
        return "FAULT: a channel stays on"
    if not state["powered"]:
        return "no power"
    if state["state"] == "fault":
        return "FAULT: dark, locked until its button is pressed"
    if state["state"] == "running":
        return "ON, by its own button" if state["local"] else "ON"
    return "dark, its indicator blinks" if state["identifying"] else "dark"


def times(state: State) -> str:
    if state["state"] != "running":
        return "timer --:--   dead-man --"
    minutes, seconds = divmod(max(0, int(state["remaining_s"] + 0.999)), 60)
    deadman_s = state["deadman_left_s"]
    return f"timer {minutes:02d}:{seconds:02d}   dead-man {'none' if deadman_s is None else f'{max(0.0, deadman_s):.1f} s'}"


def plain_line(state: State) -> str:
    """One line for a pipe or a log."""
    levels = "  ".join(f"{nm} nm {level:3d} %" for nm, level in state["light"].items())
    faults = f"  faults {', '.join(state['faults'])}" if state["faults"] else ""
    end = f"  last end: {_ENDS[state['reason']]}" if state["state"] != "running" else ""
    return f"{headline(state)}  {levels}  {times(state)}  {state['temperature_c']:.1f} °C  {_air(state)}{end}{faults}"


def what_a_line_tells(state: State) -> tuple[object, ...]:
    """A pipe gets a new line when this changes; time alone is no news."""
    return (headline(state), tuple(state["light"].items()), state["reason"], state["token"], _air(state), tuple(state["faults"]))


def picture(state: State, *, colour: bool, faults_open: bool) -> list[str]:
    """The whole picture, at most `WIDTH` columns wide but for the escape sequences."""
    paint = _painter(colour)
    rule = paint(_DIM, "─" * WIDTH)
    name = f"{state['name']}  ({state['serial']})"
    lines = [
        paint(_BOLD, name) + " " * max(1, WIDTH - len(name) - len(_air(state))) + paint(_DIM, _air(state)),
        rule,
        "  " + paint(_WARN if state["state"] == "fault" else _BOLD, headline(state)),
        "",
        *(_bar(nm, level, colour=colour) for nm, level in state["light"].items()),
        "",
        f"  {times(state)}   {state['temperature_c']:.1f} °C",
        paint(_DIM, f"  last end: {_ENDS[state['reason']]}") if state["state"] != "running" else "",
        rule,
    ]
    if faults_open:
        lines += [f"  {key} [{'x' if name in state['faults'] else ' '}] {_FAULTS[name]}" for key, name in FAULT_KEYS.items()]
    elif state["faults"]:
        lines.append(paint(_WARN, f"  faults on: {', '.join(state['faults'])}"))
    walk = "come back" if state["away"] else "walk away"
    lines.append(paint(_DIM, f"  b button   w {walk}   p power off and on   f faults   q quit"))
    return lines


def _air(state: State) -> str:
    if state["away"]:
        return f"radio {state['radio']}, out of range"
    return f"radio {state['radio']}, {'linked' if state['connected'] else 'not linked'}"


def _bar(wavelength_nm: int, level_pct: int, *, colour: bool) -> str:
    paint = _painter(colour)
    full = max(1, round(level_pct * BAR_CELLS / 100)) if level_pct else 0
    shade = _INFRARED if wavelength_nm >= _FIRST_NIR_NM else _RED
    eye = "  invisible" if wavelength_nm >= _FIRST_NIR_NM and level_pct else ""
    bar = paint(shade, "█" * full) + paint(_DIM, "·" * (BAR_CELLS - full))
    return f"  {wavelength_nm} nm  {bar}  {level_pct:3d} %{eye}"


def _painter(colour: bool) -> Callable[[str, str], str]:
    return (lambda code, text: f"{code}{text}{_RESET}") if colour else (lambda _code, text: text)
