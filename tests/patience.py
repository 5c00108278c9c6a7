"""How long tests wait for what will come. Nothing of Django is imported here.

A machine that others share may stand still for ten seconds and be four times slower than it was. That is no fault, so a test that
waits for something waits long; one that passes is no slower for it. Speed is measured by `tests/bench`, and never asserted.
"""

from typing import Final

PATIENCE_S: Final = 30.0
"""For one thing to happen."""
PATIENCE_MS: Final = PATIENCE_S * 1000
"""As browsers count."""
START_S: Final = 90.0
"""For a process to start and answer."""
END_S: Final = 60.0
"""For a process to end by itself."""
