"""P8: no remote start over the dose ceilings, whatever phones with skewed clocks log late.

Two people, two panels, phones whose clocks are off by up to years and which send when they please. The machine keeps the true
times; the rules see only what the server has. Judged: at each start, all light that the server knows of, by its true end.
"""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from sessions_app.therapy.ceilings import Asked, forbid
from sessions_app.therapy.history import of_log
from sessions_app.therapy.models import SessionLog
from sessions_app.therapy.values import Exposure

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
GAP = timedelta(hours=8)
SITES = ("face", "neck", "chest")
PEOPLE = ("ada", "bob")
done: Counter[str] = Counter()


@dataclass(frozen=True)
class Light:
    """What truly happened."""

    person: str
    site: str
    ended_at: datetime
    fluence_j_cm2: float


@dataclass(frozen=True)
class Waiting:
    """A log on a phone, not yet sent."""

    light: Light
    log: SessionLog


def id_made_at(moment: datetime) -> UUID:
    return UUID(int=round(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | secrets.randbits(62))


class Doses(RuleBasedStateMachine):
    @initialize(skews=st.lists(st.integers(min_value=-3 * 365 * 24, max_value=24), min_size=2, max_size=2))
    def begin(self, skews: list[int]) -> None:
        self.now = datetime(2026, 5, 3, 12, tzinfo=UTC)
        self.skews = [timedelta(hours=hours) for hours in skews]
        self.known: dict[str, list[Exposure]] = {person: [] for person in PEOPLE}
        self.true: list[Light] = []
        self.waiting: list[Waiting] = []
        self.starts = 0

    @rule(minutes=st.integers(min_value=1, max_value=36 * 60))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(
        person=st.sampled_from(PEOPLE),
        site=st.sampled_from(SITES),
        fluence=st.floats(min_value=0.1, max_value=55),
        minutes=st.integers(min_value=1, max_value=31),
    )
    def ask_for_a_start(self, person: str, site: str, fluence: float, minutes: int) -> None:
        asked = Asked(session_id=f"s{self.starts}", sites=(site,), duration_s=minutes * 60, fluence_j_cm2=fluence)
        if forbid(asked, self.known[person], self.now):
            done["refused"] += 1
            return
        self._judge(person, site, fluence)
        ended_at = self.now + timedelta(minutes=minutes)
        self.true.append(Light(person, site, ended_at, fluence))
        self.known[person].append(
            Exposure(session_id=asked.session_id, sites=(site,), ended_at=ended_at, on_s=minutes * 60, fluence_j_cm2=fluence)
        )
        self.starts += 1
        done["starts"] += 1

    @rule(
        person=st.sampled_from(PEOPLE),
        site=st.sampled_from(SITES),
        phone=st.integers(min_value=0, max_value=1),
        minutes=st.integers(min_value=1, max_value=60),
        ago_h=st.integers(min_value=0, max_value=48),
    )
    def log_by_hand(self, person: str, site: str, phone: int, minutes: int, ago_h: int) -> None:
        """Something done beside an unconnected panel, written down some hours later on a phone whose clock is off."""
        ended_at = self.now - timedelta(hours=ago_h)
        by_phone = self.skews[phone]
        log = SessionLog(
            id=id_made_at(self.now + by_phone),
            sites=[site],
            started_at=ended_at + by_phone - timedelta(minutes=minutes),
            duration_s=minutes * 60,
            levels_pct={"660": 100},
            irradiance_mw_cm2={"660": 20.0},
            how="by_hand",
        )
        self.waiting.append(Waiting(Light(person, site, ended_at, 1.2 * minutes), log))
        done["logged"] += 1

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def send_a_log(self, data: st.DataObject) -> None:
        one = self.waiting.pop(data.draw(st.integers(min_value=0, max_value=len(self.waiting) - 1)))
        one.log.stored_at = self.now
        self.true.append(one.light)
        self.known[one.light.person].append(of_log(one.log))
        done["sent"] += 1

    def _judge(self, person: str, site: str, fluence: float) -> None:
        here = [light for light in self.true if light.person == person and light.site == site]
        for window, ceiling in ((DAY, 50), (WEEK, 200)):
            had = sum(light.fluence_j_cm2 for light in here if light.ended_at > self.now - window)
            assert had + fluence <= ceiling + 1e-6, f"{had} + {fluence} J/cm² in {window}"
        # a millisecond: ids tell no finer time
        assert all(light.ended_at <= self.now - GAP + timedelta(milliseconds=1) for light in here), "within the gap"


def test_P8_it_lets_nobody_over_the_ceilings_whatever_clocks_and_late_entries_do() -> None:
    done.clear()
    machine = Doses.TestCase
    machine.settings = settings(
        max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
    )
    machine("runTest").runTest()
    assert min(done[kind] for kind in ("starts", "refused", "logged", "sent")) > 50, done
