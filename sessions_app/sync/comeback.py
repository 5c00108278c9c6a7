"""What becomes of a database that was put back from a backup: its orders are void, and its history is a new one [Y53, K30]."""

import uuid
from dataclasses import dataclass

from django.db import transaction

from sessions_app.clock import Moment
from sessions_app.panels.models import Bridge, Command
from sessions_app.panels.orders import STOP
from sessions_app.sync import epochs
from sessions_app.therapy.models import Run


@dataclass(frozen=True, slots=True)
class Settled:
    orders: int
    """Starts and other commands that were on their way, and are void now."""
    open_runs: int
    """Runs of which the backup does not know the end. They count in full until somebody tells it."""


@transaction.atomic
def settle(now: Moment) -> Settled:
    """Before anything serves this database: no order of it may reach a lamp any more. Stops stay what they are [B14].

    What was on its way when the backup was taken may have been done since, and what the bridges told since then may be gone for
    good. So a start is not answered as "never lit", and each bridge counts as one with a lost journal [B44]: what is open here
    counts in full.
    """
    epochs.renew()
    open_runs = Run.objects.exclude(state=Run.State.ENDED).count()
    waiting = Command.objects.filter(state=Command.State.WAITING).exclude(kind=STOP)
    orders = waiting.update(state=Command.State.EXPIRED, code="expired", finished_at=now.wall)
    for bridge in Bridge.objects.all():
        bridge.journal_epoch, bridge.acked_seq, bridge.line_id = uuid.uuid4(), 0, None
        bridge.save(update_fields=["journal_epoch", "acked_seq", "line_id"])
    return Settled(orders, open_runs)
