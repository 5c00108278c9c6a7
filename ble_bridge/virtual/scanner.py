"""bleak's scanner over a virtual radio."""

from typing import Any, ClassVar, Final

from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bleak.exc import BleakError
from bleak.uuids import normalize_uuid_str
from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.device import Advertisement, Device
from bumble.hci import Address

from ble_bridge.virtual.host import VirtualHost

_UUID128_BYTES: Final = 16
_UUID_LISTS: Final = (
    AdvertisingData.Type.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)


def uuid_text(uuid: UUID) -> str:
    text = uuid.to_hex_str("-") if len(uuid.uuid_bytes) == _UUID128_BYTES else uuid.to_hex_str()
    return normalize_uuid_str(text.lower())


def _address_text(address: Address) -> str:
    return address.to_string(with_type_qualifier=False)


class VirtualScanner(BaseBleakScanner):
    host: ClassVar[VirtualHost]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None = None,
        service_uuids: list[str] | None = None,
        scanning_mode: str = "active",
        **_others: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._active = scanning_mode == "active"
        self._scanning = False

    async def start(self) -> None:
        if self._scanning:
            raise BleakError("scanner is already started")
        self.seen_devices = {}
        self._scanning = True
        self.host.device.on(Device.EVENT_ADVERTISEMENT, self._seen)
        try:
            await self.host.scan(active=self._active)
        except BaseBumbleError as error:
            await self.stop()
            raise BleakError(f"cannot scan: {error}") from error

    async def stop(self) -> None:
        if not self._scanning:
            return
        self._scanning = False
        self.host.device.remove_listener(Device.EVENT_ADVERTISEMENT, self._seen)
        try:
            await self.host.stop_scan()
        except BaseBumbleError as error:
            raise BleakError(f"cannot stop scanning: {error}") from error

    def _seen(self, advertisement: Advertisement) -> None:
        data = advertisement.data
        uuids = [uuid_text(uuid) for kind in _UUID_LISTS for found in data.get_all(kind) for uuid in found]
        if not self.is_allowed_uuid(uuids):
            return
        name = data.get(AdvertisingData.Type.COMPLETE_LOCAL_NAME) or data.get(AdvertisingData.Type.SHORTENED_LOCAL_NAME)
        makers = {int(m): bytes(d) for m, d in data.get_all(AdvertisingData.Type.MANUFACTURER_SPECIFIC_DATA)}
        told = AdvertisementData(name, makers, {}, uuids, None, advertisement.rssi, (advertisement,))
        address = _address_text(advertisement.address)
        device = self.create_or_update_device(address, address, name, advertisement.address, told)
        self.call_detection_callbacks(device, told)
