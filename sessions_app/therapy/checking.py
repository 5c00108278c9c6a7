"""May this start be made? Reads everything anew each time; the start itself asks again, under locks (`start`)."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ble_bridge.contract import wire
from sessions_app.accounts.models import User
from sessions_app.accounts.services import may_keep_health_records
from sessions_app.clock import Moment
from sessions_app.panels import reach
from sessions_app.panels.models import Panel
from sessions_app.panels.phone_wire import CheckBody, Estimate, ReasonOut, TicketNote, Verdict
from sessions_app.panels.presence import is_online
from sessions_app.problems import not_found
from sessions_app.reasons import Reason
from sessions_app.therapy import clock_mark, inputs, rules, tickets
from sessions_app.therapy.decision import decide
from sessions_app.therapy.history import end_of
from sessions_app.therapy.models import Session
from sessions_app.therapy.values import Decision, Wish
from sessions_app.therapy.wording import figure, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The decision on one start, with what this server and this panel have against it put before what the body has."""

    allowed: bool
    reasons: tuple[Reason, ...]
    decision: Decision


def judge(user: User, panel: Panel, plan: CheckBody, now: Moment) -> Judged:
    """Decide with everything read now. Within a transaction that holds the locks it is the answer; outside it is a preview."""
    wish = Wish(
        session_id=str(plan.session_id),
        sites=tuple(plan.sites),
        distance_cm=plan.distance_cm,
        duration_s=plan.duration_s,
        levels_pct=plan.levels_pct,
        eyewear=plan.eyewear,
    )
    person = inputs.person_of(user, now.wall, clock_mark.jumps_by(now))
    decision = decide(wish, inputs.channels_of(panel), person, now.wall)
    reasons = (
        *_panel_reasons(user, panel, plan, now),
        *_consent_reasons(user),
        *_session_reasons(user, plan, now),
        *decision.reasons,
    )
    return Judged(allowed=not reasons and decision.clearance is not None, reasons=reasons, decision=decision)


def _panel_reasons(user: User, panel: Panel, plan: CheckBody, now: Moment) -> list[Reason]:
    found = []
    if not is_online(panel.bridge, now.wall):
        found.append(say("bridge_away"))
    others = Session.objects.filter(panel=panel).exclude(state=Session.State.ENDED).exclude(pk=plan.session_id)
    session = others.select_related("user").first()
    if session is not None:
        about = "" if panel.household.demo or session.user_id == user.pk else str(session.user_id)
        found.append(say("panel_busy", about=about, who=_who(session, user, panel), lifts_at=_over_by(session)))
    return found


def _who(session: Session, user: User, panel: Panel) -> str:
    """By name within a household; the demo's guests do not know each other [M6, M41]."""
    if session.user_id == user.pk:
        return "Another session of yours"
    return "Another guest" if panel.household.demo else session.user.shown_name or "Somebody else"


def _over_by(session: Session) -> datetime | None:
    """When the panel is free at the latest, as it stands: by then its light has ended, or its pause [M41]."""
    last = session.runs.order_by("-run_no").first()
    if last is None:
        return None
    ends = end_of(last)
    return ends + timedelta(seconds=rules.PAUSE_ENDS_S) if session.state == Session.State.PAUSED else ends


def _consent_reasons(user: User) -> list[Reason]:
    """A session is a record of health: none is made without the person's explicit consent."""
    return [] if may_keep_health_records(user) else [say("consent_missing")]


def _session_reasons(user: User, plan: CheckBody, now: Moment) -> list[Reason]:
    """What stands against going on with this session, where there is one already."""
    session = Session.objects.filter(pk=plan.session_id).first()
    if session is None:
        return []
    if session.user_id != user.pk or session.panel_id != plan.panel_id or session.state == Session.State.ENDED:
        return [say("session_over")]
    if session.state != Session.State.PAUSED:
        return [say("session_running")]
    if _lapsed(session, now):
        return [say("session_over")]
    if sorted(session.sites) != sorted(plan.sites) or session.distance_cm != plan.distance_cm:
        return [say("session_other_plan")]
    left_s = session.planned_duration_s - session.on_s
    if plan.duration_s > left_s:
        return [say("session_remaining", room=figure(max(0.0, left_s) / 60))]
    return []


def _lapsed(session: Session, now: Moment) -> bool:
    """Paused too long to go on, also where nothing has ended it for that yet."""
    last = session.runs.order_by("-run_no").first()
    return last is None or last.ended_at is None or now.wall - last.ended_at > timedelta(seconds=rules.PAUSE_ENDS_S)


def clearance_of(decision: Decision) -> wire.Clearance:
    """ValueError for a decision without one."""
    if decision.clearance is None:
        raise ValueError("what is not allowed has no clearance")
    return wire.Clearance.model_validate(asdict(decision.clearance))


def check(user: User, device: str, plan: CheckBody, now: Moment) -> Verdict:
    """The answer to a person who thinks of starting, and the ticket if they may. Problem 404 for a panel that is not theirs."""
    panel = reach.panel_of(user, plan.panel_id)
    judged = judge(user, panel, plan, now)
    decision = judged.decision
    return Verdict(
        allowed=judged.allowed,
        reasons=[reason_out(one) for one in judged.reasons],
        cautions=[reason_out(one) for one in decision.cautions],
        clearance=clearance_of(decision) if judged.allowed else None,
        estimate=Estimate(fluence_j_cm2=decision.estimate_j_cm2),
        provenance=decision.provenance,
        ticket=tickets.issue(user.pk, device, plan, now) if judged.allowed else None,
        ticket_life_ms=tickets.LIFE_MS,
    )


def reason_out(reason: Reason) -> ReasonOut:
    return ReasonOut.model_validate(asdict(reason))


def ticket_note(user_id: UUID, device: str, plan: CheckBody, now: Moment) -> TicketNote:
    """The same, for a phone's line."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise not_found("This person")
    body = CheckBody.model_validate(plan.model_dump(include=set(CheckBody.model_fields)))
    verdict = check(user, device, body, now)
    return TicketNote(session_id=plan.session_id, panel_id=plan.panel_id, **dict(verdict))
