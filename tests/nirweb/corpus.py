"""Bad input for any route that takes JSON (PROMISES, end): made from a good body by spoiling it in one place."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

DEEP: Final = 100_000
HUGE: Final = "x" * 100_000
MULTIPART: Final = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
STRANGE: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 2**31, 2**53 + 1, 2**63 - 1, 1e308, "", " ", "x", "0", "1700000000", "NaN", "null",
    "2026-03-01T18:30:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-02-30", "'; DROP TABLE users; --", "../../x",
    "<script>", "\u202e", "👩‍🔬", "%00", "{}", HUGE, [], {}, [[]], [None], {"a": 1}, {"": ""}, {"660": -1}, {"-1": 1}, {"1e3": 1},
    ["x"] * 2000, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
)  # fmt: skip
"""Put in the place of every field; a route may take some of them, and fails on none."""


@dataclass(frozen=True)
class Bad:
    name: str
    raw: bytes
    kind: str = "application/json"
    refused: bool = True
    """It must be refused. False: it must only not fail."""


def raw_corpus() -> Iterator[Bad]:
    """Bodies that no route may take, whatever it is about."""
    yield Bad("not JSON", b"{")
    yield Bad("text after it", b"{} {}")
    yield Bad("a list", b"[]")
    yield Bad("a number", b"7")
    yield Bad("null", b"null")
    yield Bad("UTF-16", "{}".encode("utf-16"))
    yield Bad("not UTF-8", b'{"a": "\xff\xfe"}')
    yield Bad("deep lists", b"[" * DEEP + b"]" * DEEP)
    yield Bad("deep objects", b'{"a":' * DEEP + b"1" + b"}" * DEEP)
    yield Bad("many digits", b'{"a": ' + b"9" * 10_000 + b"}")
    yield Bad("oversized", b'{"a": "' + b"x" * (5 * 1024 * 1024) + b'"}')
    yield Bad("a form", b"a=1&b=2", "application/x-www-form-urlencoded")
    yield Bad("multipart without its boundary", b"x", "multipart/form-data")
    yield Bad("multipart in the place of JSON", MULTIPART, "multipart/form-data; boundary=x")
    yield Bad("no type", b"{}", "")


def spoiled(good: dict[str, Any]) -> Iterator[Bad]:
    """`good` with one thing wrong in it, in every place."""
    yield Bad("an unknown field", dump({**good, "another": 1}))
    yield Bad("an empty object", b"{}", refused=False)
    for name, one in good.items():
        rest = {key: value for key, value in good.items() if key != name}
        text = dump(good).decode()
        yield Bad(f"{name} twice", f"{text[:-1]}, {json.dumps(name)}: {json.dumps(one)}}}".encode())
        yield Bad(f"{name} is missing", dump(rest), refused=False)
    for path in paths(good):
        yield from spoiled_at(good, path)


def spoiled_at(good: dict[str, Any], path: tuple[Any, ...]) -> Iterator[Bad]:
    where = ".".join(map(str, path))
    mark = "@@here@@"
    around = dump(changed(good, path, mark)).decode()
    for name, text in {
        "NaN": "NaN", "infinity": "-Infinity", "1e999": "1e999", "2^63": str(2**63), "-2^64": str(-(2**64)), "NUL": '"a\\u0000b"',
        "half a surrogate pair": '"\\ud800"', "the other half": '"a\\udfff"', "NaN in an object": '{"a": NaN}',
        "a control character": '"\x01"', "a naive time": '"2026-03-01T18:30:00"' if "at" in path[-1:] else "NaN",
    }.items():  # fmt: skip
        yield Bad(f"{where} is {name}", around.replace(f'"{mark}"', text).encode())
    for value in STRANGE:
        yield Bad(f"{where} is {str(value)[:40]!r}", dump(changed(good, path, value)), refused=False)


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inside in items:
        yield (*before, key)
        yield from paths(inside, (*before, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def dump(value: Any) -> bytes:
    return json.dumps(value, default=str).encode()


BAD_IDS: Final = (
    "x", "0", "-1", "%00", "%ff", "%F0%9F%91%A9", "..", "%2e%2e%2fetc", "a" * 5000, "01a20369-5ab8-75e1-95d2-a27d29807c4",
    "{01a20369-5ab8-75e1-95d2-a27d29807c4a}", "urn:uuid:01a20369", "null", "'", "%ED%A0%80",
)  # fmt: skip
BAD_HEADERS: Final[tuple[dict[str, str], ...]] = (
    {"X-Trace": "x" * 10_000},
    {"X-Trace": "\x7f\x01"},
    {"X-CSRFToken": "x" * 10_000},
    {"X-CSRFToken": "\x7f"},
    {"Cookie": "nirweb-session-8000=\x01; nirweb-session-8000=" + "x" * 4000},
    {"Cookie": "===;;;=;"},
    {"Authorization": "Bearer " + "x" * 10_000},
    {"Accept": "\x7f"},
    {"Accept-Language": "x" * 10_000},
    {"Host": ""},
    {"Host": "a b"},
    {"Referer": "\x7f"},
    {"Origin": "null"},
)
