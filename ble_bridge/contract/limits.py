"""Hard limits that no plan, person or message can raise. Server and bridge both apply them; the lower one wins.

Sources: FACTS in `docs/evidence.md`; the ceilings are the product's own cautious policy and are worded so on screen.
"""

from typing import Final

MAX_SESSION_S: Final = 30 * 60
"""Longest session on one panel, seconds (policy)."""
MAX_FLUENCE_24H_J_CM2: Final = 50.0
"""Per body site, rolling 24 h, all wavelengths and panels together, J/cm² (policy; Zein 2018: at most 50 at the surface)."""
MAX_FLUENCE_7D_J_CM2: Final = 200.0
"""Per body site, rolling 7 days, J/cm² (policy)."""
MIN_GAP_S: Final = 8 * 3600
"""Between the end of one session and the start of the next on the same site, seconds (policy)."""
MAX_UNKNOWN_IRRADIANCE_S: Final = 20 * 60
"""Per site and rolling 24 h where the irradiance is unknown, seconds (policy)."""
COMMAND_LIFE_MS: Final = 10_000
"""A start that was not acted on within this time is never acted on."""
TICKET_LIFE_MS: Final = 10_000
"""A start whose ticket is older than this is refused."""
GRANT_WITHIN_MS: Final = 2_000
"""The bridge acts on a start only if its grant came within this time of its own claim."""
DEADMAN_MS: Final = 3_000
KEEPALIVE_EVERY_MS: Final = 1_000
OPERATION_DEADLINE_MS: Final = 900
"""Own deadline on every GATT call; two misses make the link suspect."""
CONFIRM_WITHIN_MS: Final = 2_000
"""A start that the panel has not confirmed by then is turned off."""
STATUS_SILENCE_MS: Final = 3_000
"""No status from a running panel for this long: the state is unknown, and is shown so."""
ATTENDED_EVERY_S: Final = 120
"""A panel without a fail-safe of its own runs only while the person answers at least this often."""
RAMP_S: Final = 5
"""A start climbs from the lowest level to the wanted one over this long."""
MAX_CHANNELS: Final = 8
MAX_PANEL_TEMPERATURE_C: Final = 60.0
MAX_PROFILE_LETTERS: Final = 16_000
"""Of a panel profile that a phone sends: in a message it takes at most four bytes a letter."""
MAX_DETAIL_LETTERS: Final = 2_000
"""Of a command's result: room for the faults of a panel profile, each with its line and what to write instead."""
MAX_FRAME_BYTES: Final = 64 * 1024
"""A larger message on the line closes it."""
