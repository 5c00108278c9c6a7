"""What makes a profile safe: a stop that leaves nothing on, a timer before the light, a way to know. Rules F3-F9, F30-F48."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ble_bridge.contract import limits
from ble_bridge.drivers.driver import Exchange
from ble_bridge.drivers.frame import LONGEST_FRAME
from ble_bridge.drivers.framed import FramedPanel
from ble_bridge.drivers.parts import FrameError
from ble_bridge.drivers.speech import FULL_PCT, SECONDS_A_MINUTE, OrderName, Slot, Speech, WriteRule
from ble_bridge.profiles import words
from ble_bridge.profiles.faults import Fault

_TOKEN: Final = 0xFFFF_FFFF
_NO_STOPS: Final[tuple[OrderName, ...]] = ("start", "levels", "keep_alive", "query")
_TIMERS: Final = frozenset({"seconds", "minutes"})


def faults_of(said: words.FrameProfile, speech: Speech) -> list[Fault]:
    """Everything that a profile may not leave open; empty when it is sound."""
    checks: tuple[Callable[[words.FrameProfile, Speech], Iterator[Fault]], ...] = (
        _recognition, _channels, _stop, _safety, _confirmation, _unused,
    )  # fmt: skip
    faults = [fault for check in checks for fault in check(said, speech)]
    return faults or list(_tried(speech)) or list(_no_off(speech))


def _recognition(said: words.FrameProfile, _speech: Speech) -> Iterator[Fault]:
    seen = said.recognise
    if seen.name is None:
        yield Fault(("recognise",), 'a short service is shared by many makers: write `name`, such as "BLOCK*"')
    if seen.information is not None:
        yield Fault(("recognise", "information"), "`information` is read by a driver in code: leave it out")
    link = said.link
    missing = sorted({link.write, *link.notify, *([link.read] if link.read else [])} - set(seen.characteristics))
    if missing:
        yield Fault(("recognise", "characteristics"), f"[link] uses {', '.join(missing)}: write that here as well")
    if said.bonds and said.identify_unpaired:
        yield Fault(("identify_unpaired",), "nothing is written to a panel that `bonds` before it is bonded: write false")


def _channels(said: words.FrameProfile, speech: Speech) -> Iterator[Fault]:
    named = [channel.wavelength_nm for channel in said.channels]
    if len({nm == "owner" for nm in named}) > 1:
        yield Fault(("channels",), 'the profile names every wavelength, or the owner does: write "owner" for all or for none')
    for index, channel in enumerate(said.channels):
        if channel.wavelength_nm != "owner" and named.index(channel.wavelength_nm) != index:
            yield Fault(("channels", index, "wavelength_nm"), f"{channel.wavelength_nm} nm is there already: write each once")
        if channel.min_pct > channel.max_pct:
            yield Fault(("channels", index, "min_pct"), f"write at most `max_pct`, which is {channel.max_pct}")
    for index, slot in enumerate(speech.slots):
        if slot.wire_off == slot.wire_full:
            yield Fault(("channels", index, "wire"), "off and 100 % are the same: write two different values, such as [0, 255]")
        elif slot.wire(0) == slot.wire(slot.min_pct):
            text = f"{slot.min_pct} % is the same as off in steps of `wire`: write min_pct = {_lowest(slot)}"
            yield Fault(("channels", index, "min_pct"), text)


def _lowest(slot: Slot) -> int:
    """The first level that differs from off."""
    steps = abs(slot.wire_full - slot.wire_off)
    return min(FULL_PCT, -(-FULL_PCT // steps))


def _stop(said: words.FrameProfile, speech: Speech) -> Iterator[Fault]:
    """F5: every channel is named by the stop, or known to go off with it."""
    off = {channel.number for channel in said.channels} if said.stop.turns_off == "all" else set(said.stop.turns_off or ())
    strange = off - {slot.number for slot in speech.slots}
    if strange:
        yield Fault(("stop", "turns_off"), f"there is no channel {min(strange)}: write numbers of [[channels]]")
    for rule in speech.orders["stop"]:
        off |= _darkened(rule, speech)
    left = [slot.number for slot in speech.slots if slot.number not in off]
    if left:
        mend = 'write { each_channel = … } with its off, or turns_off = "all" if one write turns all off'
        text = f"the stop leaves channel {left[0]} on: {mend}"
        yield Fault(("stop",), text)


def _darkened(rule: WriteRule, speech: Speech) -> set[int]:
    if rule.each_channel:
        addressed = any("channel" in frame.names for frame in rule.frames)
        return {slot.number for slot in speech.slots} if addressed or len(speech.slots) == 1 else set()
    names = {name for frame in rule.frames for name in frame.names}
    return {slot.number for slot in speech.slots if f"level@{slot.number}" in names}


def _safety(said: words.FrameProfile, speech: Speech) -> Iterator[Fault]:
    first = {name for frame in speech.orders["start"][0].frames for name in frame.names}
    timed = {name for rule in speech.orders["start"] for frame in rule.frames for name in frame.names} & _TIMERS
    if said.safety == "hw_timer" and not timed:
        yield Fault(
            ("start", "writes"), 'a "hw_timer" is set by the start: write {seconds u16be} or {minutes u8} in its first write'
        )
    if timed and not first & _TIMERS:
        yield Fault(("start", "writes"), "the timer comes before the light: write the frame with {seconds …} first")
    if said.safety == "deadman":
        yield from _deadman(said)
    elif said.keep_alive is not None or said.deadman_ms is not None:
        yield Fault(("safety",), '[keep_alive] and `deadman_ms` are for safety = "deadman": leave them out, or write that')


def _deadman(said: words.FrameProfile) -> Iterator[Fault]:
    if said.keep_alive is None:
        yield Fault(("safety",), 'a dead-man has to be fed: write a table [keep_alive], or safety = "none"')
    if said.deadman_ms is None:
        yield Fault(("safety",), f"write `deadman_ms`, after how long the panel goes dark, 1000 to {limits.DEADMAN_MS}")
    if said.confirm == "none":
        yield Fault(("confirm",), "a dead-man cannot be fed without `confirm`: write `token` or `status`")


def _confirmation(said: words.FrameProfile, speech: Speech) -> Iterator[Fault]:
    if said.confirm == "none":
        if said.status:
            yield Fault(("confirm",), 'the panel says something in [[status]]: write confirm = "status"')
        return
    shows = [rule for rule in speech.statuses if {"on", "off"} <= set(rule.states.values())]
    by_levels = said.levels_are == "output" and _tells_every_level(speech) and not any(r.states for r in speech.statuses)
    if not shows and not by_levels:
        text = 'nothing shows whether it is on: write a [[status]] with {state u8} and states, or confirm = "none"'
        yield Fault(("confirm",), text)
    if said.confirm == "token":
        fed = any("token" in frame.names for rule in speech.orders["start"] for frame in rule.frames)
        shown = any("token" in rule.frame.names for rule in shows)
        if not fed or not shown:
            yield Fault(("confirm",), '[start] writes the token, a [[status]] shows it: write {token u32le} in both, or "status"')


def _tells_every_level(speech: Speech) -> bool:
    wanted = {f"level@{slot.number}" for slot in speech.slots}
    return any(wanted <= rule.frame.names or "level" in rule.frame.names for rule in speech.statuses)


def _unused(said: words.FrameProfile, _speech: Speech) -> Iterator[Fault]:
    if (said.link.notify or said.link.read) and not said.status and said.confirm != "none":
        yield Fault(("link",), "nothing says what the notifications mean: write a [[status]]")
    if said.identify_unpaired and said.identify is None:
        yield Fault(("identify_unpaired",), "there is no [identify]: write false")


def _tried(speech: Speech) -> Iterator[Fault]:
    """F9: every order is made once at its least and its most; what cannot be said then is told now, not in a session."""
    panel = _panel(speech)
    for name in speech.orders:
        try:
            slowest_ms = max(_gaps_ms(exchange) for exchange in _made(panel, name, speech))
        except FrameError as error:
            yield Fault((name, "writes"), f"it cannot be sent: {error}")
            continue
        if slowest_ms > limits.CONFIRM_WITHIN_MS:
            mend = "write a smaller `gap_ms`, or several frames in one write"
            yield Fault((name, "writes"), f"its gaps take {slowest_ms} ms, and {limits.CONFIRM_WITHIN_MS} is the most: {mend}")
    for index, rule in enumerate(speech.statuses):
        try:
            rule.frame.shortest()
        except FrameError as error:
            yield Fault(("status", index, "frame"), f"it can never be heard: {error}")


def _gaps_ms(exchange: Exchange | None) -> int:
    return len(exchange.more) * exchange.gap_ms if exchange else 0


def _panel(speech: Speech) -> FramedPanel:
    return FramedPanel(speech, [400 + slot.number for slot in speech.slots])


def _made(panel: FramedPanel, name: OrderName, speech: Speech) -> Iterator[Exchange | None]:
    """The order at its least and its most. Raises FrameError."""
    for share in ("min_pct", "max_pct"):
        levels = {c.wavelength_nm: getattr(c, share) for c in panel.facts.channels}
        match name:
            case "start":
                for duration_s in (SECONDS_A_MINUTE, speech.max_session_s):
                    yield panel.start(_TOKEN, duration_s, speech.deadman_ms, levels)
            case "levels":
                yield panel.set_levels(_TOKEN, levels)
            case "keep_alive":
                yield panel.keep_alive(_TOKEN)
            case "stop" | "query" | "identify":
                yield getattr(panel, name)()


# ── What a stop must not write ───────────────────────────────────────────────────────────────────────────────────────
def _no_off(speech: Speech) -> Iterator[Fault]:
    """F5: a stop that writes what another order writes, or a level above 0, turns nothing off, whatever `turns_off` says."""
    split = {
        name: tuple(WriteRule((frame,), rule.each_channel) for rule in rules for frame in rule.frames)
        for name, rules in speech.orders.items()
    }
    bare = replace(speech, packets=None, longest_write_bytes=LONGEST_FRAME, orders=split)
    panel = _panel(bare)
    off = _frames(panel.stop())
    for name in _NO_STOPS:
        if name in split and any(off <= _frames(made) for made in _made(panel, name, bare)):
            yield Fault(("stop", "writes"), f"the stop writes what [{name}] writes, and nothing else: write the panel's off")
            return
    lit = next((found for data in sorted(off) for found in _lit(data, bare)), None)
    if lit is not None:
        yield Fault(("stop", "writes"), f"the stop sets channel {lit} to a level above 0: write its level at off")


def _frames(exchange: Exchange | None) -> set[bytes]:
    return set() if exchange is None else {exchange.payload, *exchange.more}


def _lit(data: bytes, speech: Speech) -> Iterator[int]:
    """The channels that these bytes light, read as a frame of [start] or [levels]."""
    for rule in (*speech.orders["start"], *speech.orders.get("levels", ())):
        for frame in rule.frames:
            found = frame.whole(data)
            yield from _above_off(found[0], speech.slots) if found else ()


def _above_off(values: Mapping[str, int], slots: Sequence[Slot]) -> Iterator[int]:
    """A channel that is none of them stands for all: some panels have a number for that."""
    meant = [slot for slot in slots if slot.number == values.get("channel")] or slots
    for slot in slots:
        wire = values.get(f"level@{slot.number}", values.get("level") if slot in meant else None)
        if wire is not None and slot.pct(wire):
            yield slot.number
