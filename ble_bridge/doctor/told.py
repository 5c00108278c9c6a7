"""What the doctor finds, as it is told to the server when an owner asks for it [G60]."""

from pathlib import Path
from typing import Final

from ble_bridge.contract import wire

MOST: Final = 60
LETTERS: Final = 500
NOT_FROM_HERE: Final = frozenset({"G14", "G16", "G17"})
"""Which process has the folder, and that its service runs: it is the one that asks."""


def findings_of(folder: Path) -> list[wire.Finding]:
    """Blocks for some seconds. What is wrong comes first, then what to mind."""
    # only here: what runs the doctor need not stay in memory of a bridge that is well
    from ble_bridge.doctor.bluetooth import Places
    from ble_bridge.doctor.command import of_home

    order = ("wrong", "mind", "ok")
    found = sorted(
        (one for one in of_home(folder, Places()) if one.rule not in NOT_FROM_HERE), key=lambda one: order.index(one.verdict)
    )
    return [
        wire.Finding(rule=one.rule, verdict=one.verdict, text=one.text[:LETTERS], mend=one.mend[:LETTERS]) for one in found[:MOST]
    ]
