"""A bridge that waits less than two minutes for “still here”: `python -m tests.ble_bridge.impatient SECONDS run --home DIR`."""

import sys
from unittest import mock

from ble_bridge import __main__ as bridge
from ble_bridge.contract import limits

if __name__ == "__main__":
    mock.patch.object(limits, "ATTENDED_EVERY_S", int(sys.argv.pop(1))).start()
    sys.exit(bridge.main())
