"""Facts: written once, corrected by another [Y33, Y34]. Each function runs in the transaction of its op."""

from datetime import datetime
from uuid import UUID

from django.db.models import Model

from sessions_app.accounts.models import User
from sessions_app.changes.services import Touch, touch
from sessions_app.problems import FieldProblem
from sessions_app.strict import Schema
from sessions_app.sync import bodies, refusals
from sessions_app.sync.entities import ENTITIES, FactEntity
from sessions_app.sync.ops import Offer, Put
from sessions_app.sync.refusals import RefusedError
from sessions_app.sync.shapes import columns, plain, read_body
from sessions_app.therapy.models import SessionLog


def put(entity: FactEntity, user: User, op: Put | Offer, now: datetime) -> None:
    """Keep one fact. Raises `RefusedError`."""
    body = read_body(entity.body, op.body or {}, now)
    if there := entity.model._default_manager.filter(pk=op.id).first():
        if getattr(there, "user_id", None) != user.id:
            raise refusals.id_taken()
        if plain(there, entity.body) != plain(body, entity.body):
            _meet(there, op.id, body)
            touch(Touch(user.id, entity.name, op.id))  # so that the phone hears which of the two stands
        return
    _check(entity, user, body)
    entity.model._default_manager.create(id=op.id, user=user, restored=isinstance(op, Offer), **columns(body))
    touch(Touch(user.id, entity.name, op.id), *_effects(user, op.id, body))


def _meet(there: Model, row_id: UUID, body: Schema) -> None:
    """Another body under the same id: refused, but for two phones that say of one occurrence that it was done [Y39]."""
    if not isinstance(there, SessionLog) or not isinstance(body, bodies.SessionLog):
        raise refusals.id_taken()
    occurrence = row_id.version == 5 and there.regimen_id == body.regimen_id and there.superseded_by is None
    if not occurrence:
        raise refusals.id_taken()


def _check(entity: FactEntity, user: User, body: Schema) -> None:
    for name, parent in entity.parents.items():
        _need(user, parent, getattr(body, name), name)
    if isinstance(body, bodies.Correction):
        _check_correction(user, body)
    if entity.check is not None:
        try:
            entity.check(body)
        except ValueError as error:
            raise RefusedError("invalid", str(error)) from None


def _need(user: User, entity_name: str, row_id: UUID, field: str) -> None:
    parent = ENTITIES[entity_name]
    assert isinstance(parent, FactEntity)  # noqa: S101 - the table says so
    if not parent.model._default_manager.filter(pk=row_id, user_id=user.id).exists():
        raise refusals.parent_missing(field)


def _check_correction(user: User, body: bodies.Correction) -> None:
    if body.replaced_by == body.supersedes:
        words = "An entry cannot replace itself."
        raise RefusedError("invalid", words, [FieldProblem(field="replaced_by", code="value_error", message=words)])
    _need(user, body.entity, body.supersedes, "supersedes")
    if body.replaced_by is not None:
        _need(user, body.entity, body.replaced_by, "replaced_by")


def _effects(user: User, fact_id: UUID, body: Schema) -> list[Touch]:
    """What a fact changes beyond itself: a correction marks what it supersedes, once."""
    if not isinstance(body, bodies.Correction):
        return []
    target = ENTITIES[body.entity]
    assert isinstance(target, FactEntity)  # noqa: S101 - the body's schema says so
    mine = target.model._default_manager.filter(pk=body.supersedes, user_id=user.id, superseded_by__isnull=True)
    return [Touch(user.id, body.entity, body.supersedes)] if mine.update(superseded_by=fact_id) else []
