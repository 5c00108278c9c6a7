"""Random and broken writes over the real wire: each is answered or refused, and the lamp obeys only good commands."""

import contextlib
import os
import random
import sys

from bleak.exc import BleakGATTProtocolError

from ble_bridge.drivers import open_panel_wire as wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, Panel, new_token, open_panel

WRITES = 150


def some_write(chance: random.Random, tokens: list[int]) -> bytes:
    token = chance.choice(tokens)
    levels = (chance.choice([0, 4, 5, 60, 100]), chance.choice([0, 9, 10, 60, 100]))
    seq = chance.randrange(256)
    good: list[wire.Command] = [
        wire.Start(seq, token, chance.choice([1, 60, 1800]), chance.choice([500, 9000]), (50, 80)),
        wire.KeepAlive(seq, token),
        wire.SetLevels(seq, token, levels if any(levels) else (5, 0)),
        wire.Stop(seq),
    ]
    data = bytearray(wire.encode_command(chance.choice(good)))
    match chance.randrange(4):
        case 0:
            data[chance.randrange(len(data))] = chance.randrange(256)
        case 1:
            del data[chance.randrange(len(data)) :]
        case 2:
            data += chance.randbytes(chance.randrange(1, 300))
        case _:
            pass
    return bytes(data)


async def answered(panel: Panel, data: bytes) -> wire.Result | None:
    with contextlib.suppress(BleakGATTProtocolError):
        await panel.write(data)
        answer = await panel.answers.get()
        assert answer.op == data[0]
        return answer.result
    return None


async def test_S10_every_write_is_answered_or_refused_and_the_lamp_obeys_only_good_ones(air: Air, observer: Observer) -> None:
    seed = int(os.environ.get("NIRWEB_TEST_SEED", random.randrange(1 << 32)))
    sys.stdout.write(f"NIRWEB_TEST_SEED={seed}\n")
    chance = random.Random(seed)
    tokens = [new_token() for _ in range(6)]
    async with open_panel(air) as panel:
        results = [await answered(panel, some_write(chance, tokens)) for _ in range(WRITES)]
        assert await panel.stop() is wire.Result.SUCCESS
    assert observer.state()["light"] == {660: 0, 850: 0}
    assert all(light.levels[660] == 0 or 5 <= light.levels[660] <= 100 for light in observer.history())
    assert all(light.levels[850] == 0 or 10 <= light.levels[850] <= 100 for light in observer.history())
    assert observer.spans(), "the fuzz never lit the panel"
    assert {wire.Result.SUCCESS, wire.Result.INVALID} <= set(results), "the fuzz met no good or no bad command"
