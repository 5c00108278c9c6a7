"""A transport header round what is written and heard, with sequence numbers [F45-F47]. Pure."""

from collections.abc import Iterator

from ble_bridge.drivers.parts import FrameError
from ble_bridge.drivers.speech import Packets

_ROUND = 0x100


class Packer:
    """Cuts a message into packets. The sequence number goes up by one for each message, and is a byte."""

    def __init__(self, packets: Packets) -> None:
        self._packets = packets
        self._seq = -1

    def pack(self, message: bytes) -> Iterator[bytes]:
        """Raises FrameError for a message that needs more packets than the header can number."""
        size = self._packets.payload_most_bytes
        pieces = [message[at : at + size] for at in range(0, len(message), size)]
        if len(pieces) > 1 and "index" not in self._packets.frame.names:
            raise FrameError(f"a message of {len(message)} bytes needs {len(pieces)} packets, and the packet has no {{index u8}}")
        self._seq = (self._seq + 1) % _ROUND
        for index, piece in enumerate(pieces):
            values = {"seq": self._seq, "index": index, "count": len(pieces), "size": len(piece)}
            yield self._packets.frame.encode(values, piece)


class Unpacker:
    """Puts messages together again. A gap, a repetition or a piece of another message drops all that was gathered."""

    def __init__(self, packets: Packets) -> None:
        self._packets = packets
        self._gathered: list[bytes] = []
        self._seq: int | None = None
        self._last: tuple[int | None, int | None] | None = None

    def take(self, notification: bytes) -> Iterator[bytes]:
        """The message that this packet completes, if it does."""
        read = self._packets.frame.whole(notification)
        if read is None:
            self._gathered.clear()
            return
        values, payload = read
        piece = self._piece(values, payload)
        here = (values.get("seq"), values.get("index"))
        repeated, self._last = here == self._last and here != (None, None), here
        if piece is None or repeated:
            self._gathered.clear()
            return
        index, count = values.get("index", 0), values.get("count", 1)
        fits = index == len(self._gathered) and (index == 0 or values.get("seq") == self._seq)
        if index == 0:
            self._gathered = []
        elif not fits:
            self._gathered.clear()
            return
        self._seq = values.get("seq")
        self._gathered.append(piece)
        if len(self._gathered) == count:
            message, self._gathered = b"".join(self._gathered), []
            yield message

    @staticmethod
    def _piece(values: dict[str, int], payload: bytes) -> bytes | None:
        size = values.get("size")
        if size is None:
            return payload
        return payload[:size] if len(payload) >= size and not any(payload[size:]) else None
