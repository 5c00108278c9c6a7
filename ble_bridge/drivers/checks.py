"""Checksums that panels use, by the names of the profile language [F20]. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import xor
from typing import Final

BYTE: Final = 8


@dataclass(frozen=True, slots=True)
class Crc:
    """A cyclic redundancy check in the usual terms (width, poly, init, reflected in and out, xor at the end)."""

    width: int
    poly: int
    init: int
    reflect: bool
    xor_out: int

    def of(self, data: bytes) -> int:
        top, mask, crc = 1 << (self.width - 1), (1 << self.width) - 1, self.init
        for byte in data:
            crc ^= (_mirrored(byte, BYTE) if self.reflect else byte) << (self.width - BYTE)
            for _ in range(BYTE):
                crc = ((crc << 1) ^ self.poly if crc & top else crc << 1) & mask
        return (_mirrored(crc, self.width) if self.reflect else crc) ^ self.xor_out

    def changed(self, terms: Mapping[str, int]) -> "Crc":
        """With another poly, init or xor_out; raises ValueError for one that does not fit the width."""
        if any(not 0 <= value < 1 << self.width for value in terms.values()):
            raise ValueError(f"a term has more than {self.width} bits")
        poly, init, xor_out = (terms.get(name, getattr(self, name)) for name in ("poly", "init", "xor_out"))
        return replace(self, poly=poly, init=init, xor_out=xor_out)


def _mirrored(value: int, width: int) -> int:
    return int(f"{value:0{width}b}"[::-1], 2)


CRCS: Final[Mapping[str, Crc]] = {
    "crc8": Crc(8, 0x07, 0x00, reflect=False, xor_out=0x00),
    "crc8-maxim": Crc(8, 0x31, 0x00, reflect=True, xor_out=0x00),
    "crc16-xmodem": Crc(16, 0x1021, 0x0000, reflect=False, xor_out=0x0000),
    "crc16-ccitt": Crc(16, 0x1021, 0xFFFF, reflect=False, xor_out=0x0000),
    "crc16-kermit": Crc(16, 0x1021, 0x0000, reflect=True, xor_out=0x0000),
    "crc16-modbus": Crc(16, 0x8005, 0xFFFF, reflect=True, xor_out=0x0000),
}
SUMS: Final = ("sum8", "xor8")
CHECKS: Final = (*SUMS, *CRCS)


def check(name: str, data: bytes, crc: Crc | None) -> int:
    """Of the name `sum8`, `xor8`, or of a CRC with its terms."""
    if crc is not None:
        return crc.of(data)
    return sum(data) & 0xFF if name == "sum8" else reduce(xor, data, 0)
