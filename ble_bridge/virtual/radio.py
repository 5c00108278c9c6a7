"""The air between a virtual panel and the bridge's controller.

Works round what Bumble 0.0.236 leaves out, each at the method that mends it; a newer Bumble is tried against
`tests/ble_bridge/virtual` before the pin moves.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from bumble import core, hci, ll
from bumble.controller import Connection, Controller
from bumble.link import LocalLink

SUPERVISION_TIMEOUT_S: Final = 2.0
"""Both ends give up a link on which nothing was heard for this long, with reason 0x08."""
_ESTABLISH_WITHIN_S: Final = 0.05
"""A connect request that the panel did not take shows as a failed link after this long (0x3E)."""
_RSSI_DBM: Final = -50


class Radio(LocalLink):
    """One air. While somebody has walked away nothing passes; what was on its way arrives if they are back in time."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bumble leaves it untyped
        self.away = False
        self._held: list[Callable[[], None]] = []
        self._giving_up: asyncio.TimerHandle | None = None

    # ── What passes ──────────────────────────────────────────────────────────────────────────────────────────────────
    def send_acl_data(
        self, sender_controller: Controller, destination_address: hci.Address, transport: core.PhysicalTransport, data: bytes
    ) -> None:
        """Bumble labels frames with the sender's present random address, which a rescan changes; the link's own is meant."""
        near = sender_controller.le_connections.get(destination_address)
        if far := near and self._far_end(near):
            self._carry(lambda: self._deliver(far, data))

    def send_ll_control_pdu(self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu) -> None:
        """To a receiver that is gone it is lost; Bumble raises."""
        if receiver := self.find_le_controller(receiver_address):
            self._carry(lambda: self._control(receiver, sender_address, packet))

    def send_advertising_pdu(self, sender_controller: Controller, packet: ll.AdvertisingPdu) -> None:
        """Held back by nobody: an advertisement or connect request into the void is lost."""
        if not self.away:
            super().send_advertising_pdu(sender_controller, packet)

    def _carry(self, arrive: Callable[[], None]) -> None:
        if self.away:
            self._held.append(arrive)
        else:
            asyncio.get_running_loop().call_soon(arrive)

    @staticmethod
    def _deliver(far: Connection, data: bytes) -> None:
        if far.controller.le_connections.get(far.peer_address) is far:
            far.controller.on_link_acl_data(far.peer_address, core.PhysicalTransport.LE, data)

    @staticmethod
    def _control(receiver: Controller, sender_address: hci.Address, packet: ll.ControlPdu) -> None:
        if sender_address in receiver.le_connections:
            receiver.on_ll_control_pdu(sender_address, packet)

    def _far_end(self, near: Connection) -> Connection | None:
        for controller in self.controllers:
            far = controller.le_connections.get(near.self_address)
            if far and far.self_address == near.peer_address:
                return far
        return None

    # ── Distance ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def walk_away(self) -> None:
        if not self.away:
            self.away = True
            self._giving_up = asyncio.get_running_loop().call_later(SUPERVISION_TIMEOUT_S, self._give_up)

    def come_back(self) -> None:
        self.away = False
        if self._giving_up:
            self._giving_up.cancel()
        held, self._held = self._held, []
        for arrive in held:
            asyncio.get_running_loop().call_soon(arrive)

    def _give_up(self) -> None:
        self._held.clear()
        for controller in self.controllers:
            for connection in list(controller.le_connections.values()):
                controller.on_le_disconnected(connection, hci.HCI_CONNECTION_TIMEOUT_ERROR)

    def fall_silent(self, controller: Controller, *, noticed_after_s: float) -> None:
        """The controller forgets its links (reset, loss of power); the far ends notice later."""
        for connection in list(controller.le_connections.values()):
            far = self._far_end(connection)
            controller.on_le_disconnected(connection, hci.HCI_CONNECTION_TIMEOUT_ERROR)
            if far:
                asyncio.get_running_loop().call_later(noticed_after_s, self._lose, far)

    @staticmethod
    def _lose(connection: Connection) -> None:
        if connection.controller.le_connections.get(connection.peer_address) is connection:
            connection.controller.on_le_disconnected(connection, hci.HCI_CONNECTION_TIMEOUT_ERROR)

    def check_established(self, near: Connection) -> None:
        if not self._far_end(near) and near.controller.le_connections.get(near.peer_address) is near:
            near.controller.on_le_disconnected(near, hci.HCI_CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR)


class RadioController(Controller):
    """One end of the air, as a Bluetooth controller that speaks HCI with its host."""

    # With these two announced a host waits for events that Bumble's controller never sends.
    le_features = Controller.le_features & ~(hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)

    def __init__(self, name: str, radio: Radio) -> None:
        super().__init__(name, link=radio)
        self.radio = radio
        self.hears_dbm = _RSSI_DBM
        """How well it hears whatever advertises; the more negative, the farther away."""

    def leave_host(self) -> None:
        """The host's process is gone. Its scan and its connecting end; links stay up, as they do when a BlueZ client dies."""
        self.host = None
        self.le_scan_enable = False
        self.pending_le_connection = None

    def on_hci_reset_command(self, _command: hci.HCI_Reset_Command) -> hci.HCI_StatusReturnParameters:
        """Bumble resets nothing. Links of an earlier host end at once for both sides, so that the panel can be found again."""
        self.le_scan_enable = False
        self.pending_le_connection = None
        self.le_legacy_advertiser.stop()
        host, self.host = self.host, None
        self.radio.fall_silent(self, noticed_after_s=0.0)
        self.host = host
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Bumble acknowledges and cancels nothing: a connect to a silent panel would never end, and later connect by itself."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        cancelled = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address.address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, cancelled)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        """Bumble answers a scan request with the advertisement once more, and never with the scan response."""
        if self.le_scan_enable:
            kind = hci.HCI_LE_Advertising_Report_Event.EventType
            self._report(kind.ADV_IND, pdu.advertiser_address, pdu.data)
            advertiser = self.radio.find_le_controller(pdu.advertiser_address)
            if advertiser and self.le_scan_type:
                self._report(kind.SCAN_RSP, pdu.advertiser_address, advertiser.le_legacy_advertiser.scan_response_data)
        pending = self.pending_le_connection
        if pending and pending.peer_address == pdu.advertiser_address:
            self.create_le_connection(pdu.advertiser_address)

    def _report(self, event_type: int, address: hci.Address, data: bytes) -> None:
        report = hci.HCI_LE_Advertising_Report_Event.Report(
            event_type=event_type, address_type=address.address_type, address=address, data=data, rssi=self.hears_dbm
        )
        self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))

    def create_le_connection(self, peer_address: hci.Address) -> None:
        """Bumble calls a link established though the panel did not take the request."""
        super().create_le_connection(peer_address)
        if near := self.le_connections.get(peer_address):
            asyncio.get_running_loop().call_later(_ESTABLISH_WITHIN_S, self.radio.check_established, near)
