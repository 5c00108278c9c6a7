"""The worker as `up` runs it, but for its sender's resolver and authority. Run: python -m tests.push.worker READY_FILE"""

import os
import sys
from pathlib import Path
from typing import Final

PORT: Final = "NIRWEB_TEST_PUSH_PORT"
AUTHORITY: Final = "NIRWEB_TEST_PUSH_AUTHORITY"
"""Where the push service listens, and the file of the authority that vouches for it."""


def main(ready: Path) -> None:
    from nirweb.supervisor import worker
    from sessions_app.reminders import push
    from tests.push.network import leading_to

    push.network = leading_to(int(os.environ[PORT]), Path(os.environ[AUTHORITY]).read_text(encoding="utf-8"))
    worker.main(ready)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
