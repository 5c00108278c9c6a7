"""What bridges report of runs: each event stored once, and its run moved on (docs/bridge.md, "Telemetry")."""

from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Max, Q

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.panels.ports import Begun
from sessions_app.therapy import rules, runs
from sessions_app.therapy.models import Run, Session, SessionEvent

log = structlog.stdlib.get_logger(__name__)


def begin(bridge_id: UUID, hello: wire.Hello) -> Begun:
    """A bridge said hello with this journal: how far is it stored, and is it the one it had before? [B42, B44]."""
    with transaction.atomic():
        bridge = Bridge.objects.select_for_update().get(pk=bridge_id)
        known = bridge.journal_epoch in (None, hello.epoch)
        if bridge.journal_epoch != hello.epoch:
            stored = SessionEvent.objects.filter(bridge=bridge, epoch=hello.epoch).aggregate(last=Max("seq"))["last"]
            bridge.journal_epoch, bridge.acked_seq = hello.epoch, stored or 0
            bridge.save(update_fields=["journal_epoch", "acked_seq"])
            if not known and stored is None:
                _partly_told(bridge)
        return Begun(bridge.acked_seq, known)


def _partly_told(bridge: Bridge) -> None:
    """A journal that begins anew does not tell all of what was lit before it [B44, B46]. What waits for its grant was not."""
    waits = Command.objects.filter(bridge=bridge, state=Command.State.WAITING, granted_at=None)
    runs_of = Run.objects.filter(session__panel__bridge=bridge).exclude(command_id__in=waits.values("pk"))
    runs_of.filter(~Q(state=Run.State.ENDED) | Q(assumed_s__gt=0)).update(partly_told=True)


def store(bridge_id: UUID, event: wire.RunEvent, now: Moment) -> int:
    """Store the event if it is the next one, and move its run on; returns the last stored number.

    An event that was stored before changes nothing [B41]; one that leaves a gap is not stored [B45].
    """
    with transaction.atomic():
        bridge = Bridge.objects.select_for_update().get(pk=bridge_id)
        if bridge.journal_epoch is None or not rules.is_next(bridge.journal_epoch, bridge.acked_seq, event):
            return bridge.acked_seq
        panel = Panel.objects.filter(pk=event.panel_id, household_id=bridge.household_id).first()
        found = _run_of(bridge, panel, event)
        SessionEvent.objects.create(
            bridge=bridge,
            session=found[0] if found else None,
            panel=panel,
            epoch=event.epoch,
            seq=event.seq,
            at=event.at,
            event=event.event,
            body=event.model_dump(mode="json"),
        )
        if found is not None:
            _move(*found, event, now)
        bridge.acked_seq = event.seq
        bridge.save(update_fields=["acked_seq"])
        return event.seq


def _run_of(bridge: Bridge, panel: Panel | None, event: wire.RunEvent) -> tuple[Session, Run] | None:
    """The run that the event is about. A bridge is believed of its own panels only."""
    if panel is None:
        log.warning("event of a panel that is not this bridge's", bridge_id=str(bridge.pk), event_kind=event.event)
        return None
    if event.session_id is None or event.run_no is None:
        return None
    found = runs.locked(event.session_id, event.run_no)
    if found is None or found[0].panel_id != panel.pk or not _ran_it(bridge, panel, found[1]):
        log.warning("event of an unknown run", bridge_id=str(bridge.pk), event_kind=event.event, trace=event.trace)
        return None
    return found


def _ran_it(bridge: Bridge, panel: Panel, run: Run) -> bool:
    """Who led the panel in that run may tell of it, also after it was handed over [B73]."""
    return panel.bridge_id == bridge.pk or Command.objects.filter(pk=run.command_id, bridge=bridge).exists()


def _move(session: Session, run: Run, event: wire.RunEvent, now: Moment) -> None:
    run.heard_at = now.wall
    runs.keep(session, run, rules.step(runs.now_of(run), event, now.wall), now)
    log.info("run event", event_kind=event.event, session_id=str(session.pk), run_no=run.run_no, trace=event.trace)
