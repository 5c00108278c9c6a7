"""What a driver makes of an effect of the session machine. Pure."""

from ble_bridge.drivers.driver import Driver, Exchange
from ble_bridge.run_words import Write, WriteEmergency, WriteIdentify, WriteKeepAlive, WriteLevels, WriteOff, WriteStart


def exchange_of(driver: Driver, effect: Write) -> Exchange | None:
    """None where the panel knows no such order. Raises ValueError for what its wire cannot say."""
    match effect:
        case WriteStart():
            return driver.start(effect.token, effect.duration_s, effect.deadman_ms, effect.levels_pct)
        case WriteOff():
            return driver.stop()
        case WriteEmergency():
            return driver.emergency_stop()
        case WriteLevels():
            return driver.set_levels(effect.token, effect.levels_pct)
        case WriteKeepAlive():
            return driver.keep_alive(effect.token)
        case WriteIdentify():
            return driver.identify()
        case _:
            raise AssertionError(effect)
