"""How well this bridge hears the household's panels, told to the server where there are several bridges [B70]."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import structlog

from ble_bridge.contract import wire
from ble_bridge.radio.radio import Radio, Sighting
from ble_bridge.radio.system import RadioProblemError

EVERY_S: Final = 10.0
LISTEN_S: Final = 2.0
FAINTEST_DBM, LOUDEST_DBM = -127, 20
log = structlog.stdlib.get_logger(__name__)


class Hearing:
    """`linked` are panels whose link is held: they do not advertise, so what was heard of them last counts."""

    def __init__(
        self,
        radios: Sequence[Radio],
        known: Callable[[], Iterable[wire.PairedPanel]],
        linked: Callable[[], set[UUID]],
        tell: Callable[[wire.Heard], None],
    ) -> None:
        self._radios = list(radios)
        self._known = known
        self._linked = linked
        self._tell = tell
        self._last: dict[UUID, int] = {}

    async def run(self) -> None:
        """For ever."""
        while True:
            shared = {paired.identity.address.upper(): paired.panel_id for paired in self._known() if paired.shared}
            if shared:
                heard = await self._listen(shared)
                heard |= {panel_id: self._last[panel_id] for panel_id in self._linked() & self._last.keys()}
                self._last |= heard
                self._tell(wire.Heard(panels=[wire.HeardPanel(panel_id=one, rssi_dbm=dbm) for one, dbm in heard.items()]))
            await asyncio.sleep(EVERY_S)

    async def _listen(self, shared: Mapping[str, UUID]) -> dict[UUID, int]:
        """The loudest of each panel, by whichever radio."""
        heard: dict[UUID, int] = {}

        def hear(sighting: Sighting) -> None:
            panel_id = shared.get(sighting.address.upper())
            if panel_id is not None:
                dbm = max(FAINTEST_DBM, min(LOUDEST_DBM, sighting.rssi_dbm))
                heard[panel_id] = max(dbm, heard.get(panel_id, FAINTEST_DBM))

        await asyncio.gather(*(self._listen_on(radio, hear) for radio in self._radios))
        return heard

    async def _listen_on(self, radio: Radio, hear: Callable[[Sighting], None]) -> None:
        try:
            async with radio.listening(hear):
                await asyncio.sleep(LISTEN_S)
        except RadioProblemError as error:
            log.debug("nothing heard", radio=radio.spec, error=str(error))
