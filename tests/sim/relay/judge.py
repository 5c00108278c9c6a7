"""Judges a life when it is over: by the panels' true light, by what was asked, and by what was told."""

from collections import Counter
from uuid import UUID

from ble_bridge.contract import limits
from ble_bridge.run_limits import max_fluence_j_cm2
from ble_bridge.run_words import token_of
from tests.sim.relay.air import SLOW_S
from tests.sim.relay.bounds import (
    BRIDGE_LOST_S,
    BROKEN_TIMER_S,
    DEADMAN_S,
    LATE_START_S,
    PAST_THE_PLAN_S,
    STOP_BY_DEADMAN_S,
    STOP_S,
    STOPS_ALL_THE_SAME,
    UNHEARD_S,
    UNTOLD_S,
    Broken,
)
from tests.sim.relay.lamp import Lamp, Span
from tests.sim.relay.witness import Granted, StopHeard, Witness


class Judge(Witness):
    """A witness that also judges."""

    def check(self) -> None:
        """Raises Broken. What names a fault best is looked at first."""
        self._check_telemetry()
        for lamp in self.house.lamps:
            self._check_once(lamp)
        for lamp in self.house.lamps:
            for span in lamp.spans:
                if span.token != 0:
                    self._check_span(lamp, span)
        self._check_rest()
        self._check_believed()
        self._check_last_words()
        self._check_doses()

    def _check_span(self, lamp: Lamp, span: Span) -> None:
        granted = self.granted.get(span.token, [])
        if not granted:
            raise Broken("B11 grant", f"{lamp.name} was lit by nobody's grant: {span}")
        first = granted[0]
        off_s = span.off_s if span.off_s is not None else self.house.world.now_s
        if span.on_s > first.ticket_s + LATE_START_S + self._slow_s(lamp, span.on_s):
            raise Broken("P4 late start", f"{lamp.name} lit {span.on_s - first.ticket_s:.2f} s after its ticket")
        if all(one.took_s > limits.GRANT_WITHIN_MS / 1000 for one in granted):
            raise Broken("B12 grant within", f"{lamp.name} lit by a grant {first.took_s:.2f} s after its claim")
        self._check_levels(lamp, span, first)
        if not span.stuck:
            self._check_end(lamp, span, first, off_s)

    def _check_levels(self, lamp: Lamp, span: Span, granted: Granted) -> None:
        for nm, pct in span.highest_pct.items():
            if pct > granted.clearance.max_level_pct.get(nm, 0):
                raise Broken("B24 level", f"{lamp.name} gave {nm} nm at {pct} %, cleared to {granted.clearance.max_level_pct}")
        irradiance, allowed = granted.clearance.irradiance_mw_cm2 or {}, max_fluence_j_cm2(granted.clearance)
        given = sum(irradiance.get(nm, 0.0) * seconds / 1000 for nm, seconds in span.full_level_s.items())
        grace = sum(irradiance.values()) * (STOP_BY_DEADMAN_S + PAST_THE_PLAN_S + SLOW_S) / 1000
        if allowed is not None and given > allowed + grace:
            raise Broken("P8 fluence", f"{lamp.name} gave {given:.3f} J/cm² of {allowed:.3f}")

    def _check_end(self, lamp: Lamp, span: Span, granted: Granted, off_s: float) -> None:
        planned_s = span.on_s + granted.args.duration_s
        by_bridge = self._trouble("broken_timer", lamp, span.on_s, off_s)
        past_s = PAST_THE_PLAN_S
        if by_bridge:
            past_s = BROKEN_TIMER_S if self._sound(planned_s, lamp, granted) else DEADMAN_S + STOP_BY_DEADMAN_S + SLOW_S
        if off_s > planned_s + past_s:
            raise Broken("P5 plan", f"{lamp.name} lit {off_s - planned_s:.2f} s past its plan")
        for stop in self.stops:
            self._check_stop(lamp, span, granted, stop, off_s)
        self._check_lost(lamp, span, granted, off_s)
        self._check_unheard(lamp, span, off_s)

    def _check_lost(self, lamp: Lamp, span: Span, granted: Granted, off_s: float) -> None:
        for bridge in [one for one in self.house.bridges if one.name == granted.bridge]:
            for gone_s, back_s in bridge.away:
                late_s = self._slow_s(lamp, gone_s) + self._held_s(lamp, gone_s)
                if span.on_s <= gone_s and min(off_s, back_s) > gone_s + BRIDGE_LOST_S + late_s:
                    raise Broken("P5 bridge lost", f"{lamp.name} lit {off_s - gone_s:.2f} s after {bridge.name} was lost")

    def _check_unheard(self, lamp: Lamp, span: Span, off_s: float) -> None:
        for trouble in self.troubles:
            if trouble.kind == "no_status" and trouble.where == lamp.name:
                begun_s = max(trouble.since_s, span.on_s)
                if min(off_s, trouble.until_s) > begun_s + UNHEARD_S + self._slow_s(lamp, begun_s):
                    raise Broken("B25 fresh", f"{lamp.name} kept lit for {off_s - begun_s:.2f} s though nobody could hear it")

    def _sound(self, at_s: float, lamp: Lamp, granted: Granted) -> bool:
        """Link and bridge had no trouble then, nor the panel any that leaves its emergency stop alone."""
        where = (lamp.name, granted.bridge, "air")
        return not any(
            one.kind not in STOPS_ALL_THE_SAME and one.touches(at_s - 6, at_s + STOP_S, *where) for one in self.troubles
        )

    def _check_stop(self, lamp: Lamp, span: Span, granted: Granted, stop: StopHeard, off_s: float) -> None:
        args = granted.args
        of_this = stop.session_id in (None, args.session_id) and (stop.run_no is None or stop.run_no >= args.run_no)
        if not of_this or stop.panel_id != args.panel_id or off_s <= stop.at_s:
            return
        bound_s = STOP_S if self._sound(stop.at_s, lamp, granted) else STOP_BY_DEADMAN_S + self._slow_s(lamp, stop.at_s)
        if off_s > stop.at_s + bound_s:
            raise Broken(
                "P6 stop", f"{lamp.name} lit {off_s - stop.at_s:.2f} s after a stop (bound {bound_s:.2f} s, from {span.on_s})"
            )

    def _slow_s(self, lamp: Lamp, at_s: float) -> float:
        """What a panel that acts late, and slow air, may add."""
        slow = any(one.kind == "slow" and one.touches(at_s - 6, at_s + 6, lamp.name) for one in self.troubles)
        return SLOW_S if slow else 0.0

    def _held_s(self, lamp: Lamp, at_s: float) -> float:
        """How much later a mute panel hears what was on its way to it: that arms its dead-man once more, if it is lit by then."""
        left_s = [one.until_s - at_s for one in self.troubles if one.kind == "mute" and one.touches(at_s, at_s, lamp.name)]
        return min(DEADMAN_S, max(left_s, default=0.0))

    def _trouble(self, kind: str, lamp: Lamp, since_s: float, until_s: float) -> bool:
        return any(one.kind == kind and one.touches(since_s, until_s, lamp.name) for one in self.troubles)

    def _check_rest(self) -> None:
        """B22, B34: nothing is still being turned off, and the end of each run that was lit has been told."""
        for bridge in self.house.bridges:
            if not bridge.settled:
                raise Broken("B22 rest", f"{bridge.name} is not at rest")
        told = {
            token_of(e.session_id, e.run_no)
            for *_, e in self.house.server.rows.events
            if e.event == "ended" and e.session_id and e.run_no
        }
        untold = {span.token for lamp in self.house.lamps for span in lamp.spans if span.token} - told
        if untold:
            raise Broken("B34 told", f"the end of {untold.pop():08x} was never told")

    def _check_believed(self) -> None:
        """B23: a start that was said to have gone well did light."""
        dark = self.believed - {span.token for lamp in self.house.lamps for span in lamp.spans}
        if dark:
            raise Broken("B23 read-back", f"{dark.pop():08x} was said to run, and was never lit")

    def _check_once(self, lamp: Lamp) -> None:
        """B22: a run lights once; what was cut is never lit again."""
        lit = Counter(span.token for span in lamp.spans if span.token and not span.stuck)
        twice = [token for token, times in lit.items() if times > 1]
        if twice:
            raise Broken("B22 once", f"{lamp.name}: {twice[0]:08x} lit {lit[twice[0]]} times")

    def _check_telemetry(self) -> None:
        """B41, B42: each event of each journal is stored, once, in order."""
        rows = self.house.server.rows
        seen: dict[tuple[str, UUID], list[int]] = {}
        for name, epoch, seq, _ in rows.events:
            seen.setdefault((name, epoch), []).append(seq)
        for bridge in self.house.bridges:
            epoch, last_seq = bridge.journal_now()
            stored = seen.get((bridge.name, epoch), [])
            if stored != list(range(1, last_seq + 1)):
                raise Broken("B41 telemetry", f"{bridge.name} told 1 to {last_seq}, stored are {stored}")

    def _check_last_words(self) -> None:
        left = self.house.server.books.still_open()
        if left:
            raise Broken("B15 last word", "; ".join(left))
        # a start is used up on the disk; of the others none does harm that is asked for again after a restart [B13]
        often = [one for one in self.house.server.rows.commands.values() if one.results > 1 and one.kind == "start"]
        if often:
            raise Broken("B15 one result", f"{often[0].trace} was answered {often[0].results} times")

    def _check_doses(self) -> None:
        """B43: what was booked is never less than the light that was given."""
        for session in self.house.server.rows.sessions.values():
            for run_no, run in session.runs.items():
                if self.house.lamp_of(session.panel_id).timer_broken:
                    continue  # what nobody reported is booked up to what its timer allows [B43]
                given_s = self._given_s(token_of(session.id, run_no))
                booked_s = run.now.light.on_s + run.now.assumed_s
                if given_s > booked_s + UNTOLD_S:
                    raise Broken("B43 dose", f"{given_s:.2f} s of light, {booked_s:.2f} s booked ({run.now.end_reason})")

    def _given_s(self, token: int) -> float:
        spans = [span for lamp in self.house.lamps for span in lamp.spans if span.token == token and not span.stuck]
        return sum((span.off_s or span.on_s) - span.on_s for span in spans)
