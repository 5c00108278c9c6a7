"""bleak's own picture of BlueZ. It has no word for beginning anew, so this reaches for its private one, in this place only."""

import asyncio

from bleak.backends.bluezdbus.manager import _global_instances


def begin_anew() -> None:
    """What bleak knows of a bluetoothd that is gone is forgotten [Z1].

    Otherwise its devices stay "connected", and a connect to one of them is answered without connecting. bleak forgets when its
    bus is lost, so it loses it.
    """
    manager = _global_instances.get(asyncio.get_running_loop())
    if manager is not None and manager._bus is not None:
        manager._bus.disconnect()
