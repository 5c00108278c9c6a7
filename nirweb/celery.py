"""The worker's application. `up` runs it as nirweb/supervisor/worker.py; elsewhere: celery -A nirweb worker -B.

No task may reach `therapy.start` or `panels.commands`: no queue can light a lamp (an import contract checks it).
"""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nirweb.settings")

from nirweb import work


def ticks() -> dict[str, Any]:
    from nirweb import heartbeat
    from sessions_app.tasks import TICKS

    # A tick that was not taken before the next one is dropped: after a pause they must not all come at once.
    return {
        name: {"task": tick["task"].name, "schedule": tick["schedule"], "options": {"expires": tick["schedule"]}}
        for name, tick in {**TICKS, **heartbeat.TICKS}.items()
    }


app = Celery("nirweb")
app.conf.update(work.configuration())
app.set_default()


@app.on_after_finalize.connect
def _tick(sender: Celery, **_: Any) -> None:
    sender.conf.beat_schedule = ticks()
