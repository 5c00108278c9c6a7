"""A BlueZ in software on the test's own bus, with one adapter and one panel: the real firmware model, its light recorded.

Written from BlueZ's D-Bus documentation and from what BlueZ 5.66 was seen to do, not from the bridge.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from dbus_fast import Message, MessageType, Variant

from ble_bridge.drivers.open_panel_wire import (
    CONTROL_POINT_UUID,
    EMERGENCY_STOP_UUID,
    INFORMATION_UUID,
    STATUS_UUID,
    encode_answer,
)
from tests.ble_bridge.bluez.adapter import PASSKEY, Adapter
from tests.ble_bridge.bluez.faults import FAILED, Fault

_DEVICE1, _CHARACTERISTIC1 = "org.bluez.Device1", "org.bluez.GattCharacteristic1"
Reply = Message | None
"""None: it was seen to, or never will be."""


class MockBlueZ(Adapter):
    """What its methods do."""

    # ── Methods ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _asked(self, asked: Message) -> Message | bool | None:
        if asked.message_type is not MessageType.METHOD_CALL or asked.interface == "org.freedesktop.DBus.Peer":
            return None
        uuid = self._uuid(asked.path)
        self.calls.append((asked.member or "", uuid))
        fault = next((one for one in self.faults.get(asked.member or "", []) if one.meets(uuid)), None)
        self._spawn(self._answer(asked, fault))
        return True

    async def _answer(self, asked: Message, fault: Fault | None) -> None:
        if fault is not None:
            await asyncio.sleep(fault.delay_s)
        if fault is not None and fault.silent:
            return
        does: Callable[[Message], Any] | None = getattr(self, f"_do_{asked.member}", None)
        if fault is not None and fault.error:
            self._send(Message.new_error(asked, fault.error, fault.text or "as the test wished"))
        elif does is None or (asked.path != "/" and asked.path not in self._objects):
            self._send(Message.new_error(asked, "org.freedesktop.DBus.Error.UnknownObject", str(asked.path)))
        else:
            self._send(await does(asked))

    def _send(self, reply: Reply) -> None:
        if self._bus is not None and reply is not None:
            self._bus.send(reply)

    async def _do_GetManagedObjects(self, asked: Message) -> Reply:
        return Message.new_method_return(asked, "a{oa{sa{sv}}}", [self._objects])

    async def _do_SetDiscoveryFilter(self, asked: Message) -> Reply:
        return Message.new_method_return(asked)

    async def _do_StartDiscovery(self, asked: Message) -> Reply:
        if not self._powered:
            return Message.new_error(asked, "org.bluez.Error.NotReady", "Resource Not Ready")
        self._discovering.add(asked.sender or "")
        return Message.new_method_return(asked)

    async def _do_StopDiscovery(self, asked: Message) -> Reply:
        if asked.sender not in self._discovering:
            return Message.new_error(asked, FAILED, "No discovery started")
        self._discovering.discard(asked.sender)
        return Message.new_method_return(asked)

    async def _do_RemoveDevice(self, asked: Message) -> Reply:
        self.bonded = False
        self.table = dict(self.real_table)
        self.drop_link()
        self._forget_device()
        return Message.new_method_return(asked)

    async def _do_Connect(self, asked: Message) -> Reply:
        await asyncio.sleep(0.05)
        if not self.in_range:
            return Message.new_error(asked, FAILED, "le-connection-abort-by-local")
        self.linked = True
        self._change(self.device, _DEVICE1, Connected=Variant("b", True))
        if self.bonded and self.panel_forgot:
            asyncio.get_running_loop().call_later(0.02, self.drop_link)
        elif self.resolves:
            asyncio.get_running_loop().call_later(0.05, self._resolve)
        return Message.new_method_return(asked)

    async def _do_Disconnect(self, asked: Message) -> Reply:
        self.drop_link()
        return Message.new_method_return(asked)

    async def _do_RegisterAgent(self, asked: Message) -> Reply:
        self._agent = (asked.sender or "", *asked.body)
        return Message.new_method_return(asked)

    async def _do_UnregisterAgent(self, asked: Message) -> Reply:
        return Message.new_method_return(asked)

    async def _do_CancelPairing(self, asked: Message) -> Reply:
        return Message.new_method_return(asked)

    async def _do_Pair(self, asked: Message) -> Reply:
        """As the kernel does with what agent and panel are capable of."""
        failed = Message.new_error(asked, "org.bluez.Error.AuthenticationFailed", "Authentication Failed")
        if self.asks_bond == "passkey":
            await self._ask_agent("DisplayPasskey", "ouq", [self.device, PASSKEY, 0])
            if await self.typed.get() != f"{PASSKEY:06d}":
                return failed
        elif self.asks_bond == "confirmation":
            answer = await self._ask_agent("RequestConfirmation", "ou", [self.device, PASSKEY])
            if answer.message_type is MessageType.ERROR:
                return failed
        self.bonded, self.panel_forgot = True, False
        self._change(self.device, _DEVICE1, Paired=Variant("b", True))
        return Message.new_method_return(asked)

    async def _ask_agent(self, member: str, signature: str, body: list[Any]) -> Message:
        assert self._bus is not None
        sender, path, _capability = self._agent
        return await self._bus.call(
            Message(destination=sender, path=path, interface="org.bluez.Agent1", member=member, signature=signature, body=body)
        )

    def _refuses(self, uuid: str) -> bool:
        """The panel lets only a bonded client at what lights it."""
        return bool(self.asks_bond) and not self.bonded and uuid in (CONTROL_POINT_UUID, STATUS_UUID)

    async def _do_ReadValue(self, asked: Message) -> Reply:
        uuid = self._uuid(asked.path)
        if self._refuses(uuid):
            return Message.new_error(asked, "org.bluez.Error.NotPermitted", "Not paired")
        value = self.panel.info() if uuid == INFORMATION_UUID else self.panel.status()
        return Message.new_method_return(asked, "ay", [value])

    async def _do_WriteValue(self, asked: Message) -> Reply:
        if self._refuses(self._uuid(asked.path)):
            return Message.new_error(asked, "org.bluez.Error.NotPermitted", "Not paired")
        if self._uuid(asked.path) == EMERGENCY_STOP_UUID:
            self.panel.emergency_stop()
        else:
            answer = encode_answer(self.panel.control(bytes(asked.body[0])))
            asyncio.get_running_loop().call_soon(self._notify, CONTROL_POINT_UUID, answer)
        return Message.new_method_return(asked)

    async def _do_StartNotify(self, asked: Message) -> Reply:
        if self._refuses(self._uuid(asked.path)):
            return Message.new_error(asked, "org.bluez.Error.NotPermitted", "Not paired")
        self._notifying.add(str(asked.path))
        return Message.new_method_return(asked)

    async def _do_StopNotify(self, asked: Message) -> Reply:
        self._notifying.discard(str(asked.path))
        return Message.new_method_return(asked)

    # ── What the panel says by itself ────────────────────────────────────────────────────────────────────────────────
    def _tell_status(self) -> None:
        self._notify(STATUS_UUID, self.panel.status())

    def _notify(self, uuid: str, value: bytes) -> None:
        for path in self._notifying:
            if self._uuid(path) == uuid and self.linked and not self.deaf:
                self._change(path, _CHARACTERISTIC1, Value=Variant("ay", value))
