"""The bounds that a life is held to, stated once. Numbers in brackets: `docs/bridge.md`, P of the README's promises.

Where a panel or the air fails, the panel's own dead-man is the bound.
"""

from typing import Final

from ble_bridge.contract import limits

OPERATION_S: Final = limits.OPERATION_DEADLINE_MS / 1000
DEADMAN_S: Final = limits.DEADMAN_MS / 1000
PAST_THE_PLAN_S: Final = 1.0
"""P5: after the planned end, by the panel's timer."""
BROKEN_TIMER_S: Final = 0.5 + 1.0
"""And where that timer does not run: the bridge's grace, and a second for its stop [B26]."""
BRIDGE_LOST_S: Final = DEADMAN_S + 0.5
"""P5: after the bridge is lost."""
STOP_S: Final = 2.0
"""P6: from the stop at the bridge to dark, with link and panel sound."""
STOP_BY_DEADMAN_S: Final = DEADMAN_S + OPERATION_S + 0.5
"""And where they are not: no keep-alive follows a stop, so the dead-man ends it."""
UNHEARD_S: Final = limits.STATUS_SILENCE_MS / 1000 + STOP_BY_DEADMAN_S
"""A panel that nobody can hear is not kept lit for longer."""
LATE_START_S: Final = limits.TICKET_LIFE_MS / 1000 + OPERATION_S
"""P4: after the ticket was given, light may begin for so long."""
SCREEN_LAG_S: Final = 5.0
"""P7: so long the screen may say what is not so any more."""
STOPS_ALL_THE_SAME: Final = frozenset({"broken_timer", "mute", "slow", "no_notify", "no_status", "dud", "forget_tokens"})
"""What may be wrong with a panel that goes off by its emergency stop all the same [B22]."""
UNTOLD_S: Final = 0.3
"""B43: light that may be missing in what was told, seconds at full level."""


class Broken(AssertionError):
    """A rule was broken. `rule` names it."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(f"{rule}: {text}")
        self.rule = rule
