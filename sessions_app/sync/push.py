"""What phones wrote, in order, each op in a transaction of its own [Y10-Y15]."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, transaction

from sessions_app.accounts.household import member_touches
from sessions_app.accounts.models import User
from sessions_app.accounts.services import may_keep_health_records
from sessions_app.changes.services import lock
from sessions_app.problems import Problem
from sessions_app.sync import facts, merged, ops, refusals, restored, rules
from sessions_app.sync.entities import ENTITIES, Entity, FactEntity, MergedEntity, ServedEntity
from sessions_app.sync.models import Answer, Device
from sessions_app.sync.refusals import RefusedError

log = structlog.stdlib.get_logger(__name__)

Raw = dict[str, Any]


@dataclass(slots=True)
class Pushed:
    ack: int
    """Number of the last op answered."""
    refusals: list[Raw] = field(default_factory=list)
    resend_from: int | None = None
    """Set: a gap; the server waits for this number [Y13]."""


def push(user: User, device: Device, raw_ops: Sequence[Raw], now: datetime) -> Pushed:
    """Answer every op up to the first gap. Problem 409 when another phone uses the same device id [Y14]."""
    pushed = Pushed(device.last_op)
    for raw in raw_ops:
        number = ops.number(raw)
        if number is None:
            raise Problem(422, "invalid", "An entry has no number.", "Update the app and try again.", field="ops.n")
        with transaction.atomic():
            known = Device.objects.select_for_update().get(pk=device.pk)
            if number > known.last_op + 1:
                pushed.resend_from = known.last_op + 1
                break
            refusal = _again(known, number, raw) if number <= known.last_op else _first(user, known, number, raw, now)
        pushed.ack = max(pushed.ack, number)
        if refusal is not None:
            pushed.refusals.append(refusal)
    return pushed


def _again(device: Device, number: int, raw: Raw) -> Raw | None:
    """An op that was answered before: the same answer, and no effect [Y12]."""
    answer = Answer.objects.filter(device=device, n=number).first()
    if answer is None:  # older than answers are kept [Y16]
        return None
    if answer.digest != rules.digest(raw):
        raise Problem(
            409, "device_forked", "Another copy of this app uses the same device id.", "The app takes a new one and sends again."
        )
    refusal: Raw | None = answer.refusal
    return refusal


def _first(user: User, device: Device, number: int, raw: Raw, now: datetime) -> Raw | None:
    """The effect, the answer and the number in one transaction [Y10]; refused, only the last two."""
    refusal: Raw | None = None
    try:
        with transaction.atomic():
            _do(user, ops.read(raw), now)
    except RefusedError as error:
        refusal = _refusal(number, raw, error)
    except (OperationalError, InterfaceError):
        raise  # the database, not the op: nothing happened, and the phone asks again
    except (DataError, IntegrityError) as error:
        log.warning("an op was refused by the database", error=type(error).__name__)
        refusal = _refusal(number, raw, refusals.cannot_be_kept())
    except Exception:
        # a fault of ours must not hold up what lies behind it on the phone [Y40]
        log.exception("an op failed")
        refusal = _refusal(number, raw, refusals.failed())
    Answer.objects.create(device=device, n=number, digest=rules.digest(raw), refusal=refusal)
    device.last_op = number
    device.save(update_fields=["last_op"])
    return refusal


def _refusal(number: int, raw: Raw, error: RefusedError) -> Raw:
    return {
        "n": number,
        "entity": str(raw.get("entity", ""))[:40],
        "id": str(raw.get("id", ""))[:40],
        "code": error.code,
        "message": error.message,
        "errors": [{"field": one.field, "message": one.message} for one in error.errors],
    }


def _do(user: User, op: ops.Op, now: datetime) -> None:
    if isinstance(op, ops.Void):
        return
    entity = ENTITIES.get(op.entity)
    if entity is None:
        raise RefusedError("unknown_entity", "This server does not know this kind of entry.")
    if any(rules.is_ahead(one, _ms(now)) for one in (op.hlc, *getattr(op, "clocks", {}).values())):
        raise refusals.clock_ahead()
    lock({user.id, *_shown_in(user, op)})
    _check_consent(user, entity, op)
    if isinstance(entity, MergedEntity):
        _do_merged(entity, user, op, now)
    elif isinstance(entity, FactEntity):
        _do_fact(entity, user, op, now)
    elif isinstance(op, ops.Offer) and op.body is not None:
        restored.take(entity, user, op, now)
    else:
        raise refusals.not_writable()


def _shown_in(user: User, op: ops.Put | ops.Delete | ops.Offer) -> set[UUID]:
    """The households that see a change of the person's profile: locked with it, in one order [Y21]."""
    return {one.scope_id for one in member_touches(user)} if op.entity == "profile" else set()


def _check_consent(user: User, entity: Entity, op: ops.Put | ops.Delete | ops.Offer) -> None:
    """Records of health are kept on the person's explicit word only (GDPR, article 9) [Y46]."""
    if isinstance(entity, ServedEntity) or isinstance(op, ops.Delete) or may_keep_health_records(user):
        return
    if not entity.health and (op.body or {}).get("phototype") is None:
        return
    # what a phone gives back to a server that lost everything was agreed to when it was written; the consent was lost with it
    if not isinstance(op, ops.Offer) or user.consents.exists():
        raise refusals.consent_missing()


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _do_merged(entity: MergedEntity, user: User, op: ops.Put | ops.Delete | ops.Offer, now: datetime) -> None:
    match op:
        case ops.Put():
            merged.put(entity, user, op, now)
        case ops.Delete():
            merged.delete(entity, user, op, now)
        case ops.Offer():
            merged.offer(entity, user, op, now)


def _do_fact(entity: FactEntity, user: User, op: ops.Put | ops.Delete | ops.Offer, now: datetime) -> None:
    if isinstance(op, ops.Delete) or op.body is None:
        raise refusals.append_only()
    facts.put(entity, user, op, now)


def known_device(user: User, device: UUID, schema: int, software: str, now: datetime) -> Device:
    """The phone that asks, made known at its first request. Problem 403 when it was removed [Y56]."""
    known, made = Device.objects.get_or_create(
        user=user, device=device, defaults={"schema": schema, "software": software[:200], "last_seen_at": now}
    )
    if known.revoked_at is not None:
        raise Problem(
            403,
            "device_revoked",
            "This phone was removed from your account.",
            "What you wrote is still here. Sign in again to send it, or save it to a file.",
        )
    if not made and ((now - known.last_seen_at).total_seconds() > 3600 or known.schema != schema):
        Device.objects.filter(pk=known.pk).update(last_seen_at=now, schema=schema, software=software[:200])
    return known
