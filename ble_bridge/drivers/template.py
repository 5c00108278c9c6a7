"""Reads one frame of the profile language, `3A 41 {level u8} {sum8 1:} 0A` or `text:L={level d}`. Pure; rules F10-F22."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ble_bridge.drivers.checks import CHECKS, CRCS, Crc
from ble_bridge.drivers.frame import Frame
from ble_bridge.drivers.parts import BINARY, Check, Const, Field, FrameError, Hole, Kind, Length, Pad, Part, Skip, Span

TEXT: Final = "text:"
ORDER_FIELDS: Final = ("level", "channel", "seconds", "minutes", "deadman_ms", "token")
STATUS_FIELDS: Final = ("state", "level", "channel", "seconds", "minutes", "temperature", "token")
PACKET_FIELDS: Final = ("seq", "index", "count", "size")
_TOKEN: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_HEX: Final = re.compile(r"[0-9A-Fa-f]{2}")
_SPAN: Final = re.compile(r"^(\d{1,3}):(-?\d{1,3}|end)?$")
_TERMS: Final = {"poly": 0, "init": 0, "xor_out": 0}
_EXAMPLE: Final = "write bytes as two hex digits each, such as `3A 01 {level u8}`, or begin with `text:`"


def compile_frame(text: str, fields: Sequence[str], channels: Sequence[int], hole: str = "") -> Frame:
    """`fields` may stand in it, `channels` are the numbers that the panel gives its channels, `hole` what it wraps.

    Raises FrameError, which says what to write instead.
    """
    ascii_text = text.startswith(TEXT)
    parts: list[Part] = []
    at = len(TEXT) if ascii_text else 0
    for match in _TOKEN.finditer(text, at):
        parts += _literal(text[at : match.start()], ascii_text)
        at = match.end()
        if match.group(0) in ("{{", "}}"):
            parts.append(_brace(match.group(0)[0], ascii_text))
        elif match.group(1) is None:
            raise FrameError(f"`{match.group(0)}` at place {match.start() + 1} has no partner: write `{{level u8}}`")
        else:
            parts += _placeholder(match.group(1).split(), fields, channels, hole)
    parts += _literal(text[at:], ascii_text)
    _sound(parts, hole)
    return Frame(tuple(parts))


def _brace(brace: str, ascii_text: bool) -> Part:
    if not ascii_text:
        raise FrameError(f"`{brace}{brace}` is a letter, and this frame is not text: {_EXAMPLE}")
    return Const(brace.encode())


def _literal(text: str, ascii_text: bool) -> list[Part]:
    if ascii_text:
        if not text.isascii():
            raise FrameError(f"`{text}` is not ASCII: write such bytes as a frame in hex")
        return [Const(text.encode())] if text else []
    for word in text.split():
        if not _HEX.fullmatch(word):
            raise FrameError(f"`{word}` is not a byte: {_EXAMPLE}")
    return [Const(bytes.fromhex(text))] if text.strip() else []


def _placeholder(words: list[str], fields: Sequence[str], channels: Sequence[int], hole: str) -> list[Part]:
    if not words:
        raise FrameError("`{}` is empty: write a field and its type, such as `{level u8}`")
    name, arguments = words[0], words[1:]
    if name == hole and not arguments:
        return [Hole(name)]
    if name in CHECKS:
        return [_check(name, arguments)]
    reader = _READERS.get(name)
    if reader is not None:
        return [reader(arguments)]
    if name == "levels":
        return [Field(f"level@{number}", _kind("levels", arguments)) for number in channels]
    return [_field(name, arguments, fields, channels)]


def _field(name: str, arguments: list[str], fields: Sequence[str], channels: Sequence[int]) -> Field:
    base, _, number = name.partition("@")
    if base not in fields or (number and base != "level"):
        known = ", ".join([*fields, *(["levels"] if "level" in fields else []), "pad", "length", *CHECKS])
        raise FrameError(f"`{name}` is not known here: write one of {known}")
    if number and number not in map(str, channels):
        raise FrameError(f"there is no channel {number}: write `level@` and one of {', '.join(map(str, channels))}")
    if base == "temperature" and arguments and arguments[-1].startswith("/"):
        divisor = arguments[-1][1:]
        if divisor not in ("10", "100"):
            raise FrameError(f"`/{divisor}`: write /10 for tenths of a degree, /100 for hundredths")
        return Field(name, _kind(name, arguments[:-1]), int(divisor))
    return Field(name, _kind(name, arguments))


def _kind(name: str, arguments: list[str]) -> Kind:
    kind = Kind.of(arguments[0]) if len(arguments) == 1 else None
    if kind is None:
        given = " ".join(arguments) or "nothing"
        raise FrameError(f"`{name}` has {given} for a type: write one of {', '.join(BINARY)}, or d, d3, x2, X2 for text")
    return kind


def _check(name: str, arguments: list[str]) -> Check:
    """`{crc16-modbus 1: u16le init=0x0000}`."""
    terms = dict(word.split("=", 1) for word in arguments if "=" in word)
    plain = [word for word in arguments if "=" not in word]
    if not plain:
        raise FrameError(f"`{name}` needs the range that it covers: write `{{{name} 1:}}` for all from byte 1 on up to it")
    wide = name.startswith("crc16")
    kind = _kind(name, plain[1:]) if len(plain) > 1 or wide else Kind("u8")
    if (kind.size or 0) < (2 if wide else 1):
        raise FrameError(f"`{kind.name}` does not hold a {name}: write {'u16be or u16le' if wide else 'u8'}")
    return Check(name, _span(name, plain[0]), kind, _crc(name, terms))


def _crc(name: str, terms: Mapping[str, str]) -> Crc | None:
    crc = CRCS.get(name)
    unknown = sorted(set(terms) - set(_TERMS)) if crc else sorted(terms)
    if unknown:
        raise FrameError(f"`{unknown[0]}` is no term of {name}: write {', '.join(_TERMS)} after a CRC, as in `init=0xFFFF`")
    try:
        return crc.changed({term: int(value, 0) for term, value in terms.items()}) if crc else None
    except ValueError as error:
        raise FrameError(f"the terms of {name}: {error}: write numbers such as `init=0xFFFF`") from error


def _span(name: str, text: str) -> Span:
    match = _SPAN.match(text)
    if match is None:
        raise FrameError(f"`{text}` is not a range of {name}: write `1:` (from byte 1 up to here), `1:7`, `1:-2` or `1:end`")
    stop = match.group(2)
    return Span(int(match.group(1)), None if stop in (None, "end") else int(stop), to_end=stop == "end")


def _length(arguments: list[str]) -> Length:
    if len(arguments) != 2:
        raise FrameError("`length` needs the range that it counts and a type: write `{length 5:-2 u16be}`")
    kind = _kind("length", arguments[1:])
    if kind.size is None:
        raise FrameError("a length has a fixed width: write u8, u16be or d3")
    return Length(_span("length", arguments[0]), kind)


def _pad(arguments: list[str]) -> Pad:
    if not arguments or not arguments[0].isdigit() or len(arguments) > 2 or not all(_HEX.fullmatch(a) for a in arguments[1:]):
        raise FrameError("`pad` fills up to a place in the frame: write `{pad 19}`, or `{pad 19 FF}` for another byte than 00")
    return Pad(int(arguments[0]), int(arguments[1], 16) if len(arguments) > 1 else 0)


def _skip(arguments: list[str]) -> Skip:
    if len(arguments) != 1 or not arguments[0].isdigit() or not 1 <= int(arguments[0]) <= 64:
        raise FrameError("`any` skips bytes that nobody understands: write how many, such as `{any 2}`")
    return Skip(int(arguments[0]))


_READERS: Final[Mapping[str, Callable[[list[str]], Part]]] = {"length": _length, "pad": _pad, "any": _skip}


def _sound(parts: Sequence[Part], hole: str) -> None:
    if not parts:
        raise FrameError(f"the frame is empty: {_EXAMPLE}")
    holes = sum(isinstance(part, Hole) for part in parts)
    if holes != (1 if hole else 0):
        raise FrameError(f"`{{{hole}}}` stands there {holes} times: write it once")
    open_ended = False
    for part in parts:
        if open_ended and isinstance(part, Pad):
            raise FrameError("`pad` stands behind a number of open length: write that with its digits, such as d3")
        open_ended = open_ended or (isinstance(part, Field) and part.kind.size is None)
