"""All rounds in one house, counted."""

import asyncio
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.figures import Figure
from tests.e2e_relay.house import House, house
from tests.killing import household
from tests.killing.judge import AFTER_LOSS_S, LATEST_START_S, OVERRUN_S, Verdict, judge
from tests.killing.plan import VICTIMS, Round
from tests.killing.session import Play, Stuck


@dataclass
class Tally:
    kills: Counter[str] = field(default_factory=Counter)
    started_after_s: list[float] = field(default_factory=list)
    overrun_s: list[float] = field(default_factory=list)
    after_loss_s: list[float] = field(default_factory=list)
    stopped_after_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def lit(self) -> int:
        return len(self.started_after_s)

    @property
    def did_something(self) -> bool:
        """Else it would prove nothing: most sessions were lit, and every part was killed."""
        times = self.kills.total()
        return self.lit > times / 2 and len(self.kills) == min(times, len(VICTIMS))

    def add(self, round_: Round, verdict: Verdict) -> None:
        self.kills[round_.victim] += 1
        for name in ("started_after_s", "overrun_s", "after_loss_s", "stopped_after_s"):
            value = getattr(verdict, name)
            if value is not None:
                getattr(self, name).append(value)
        self.wrong += [f"round {round_.number}, {round_.victim} at {round_.kill_after_s:+.2f} s: {one}" for one in verdict.wrong]


def run(drawn: Sequence[Round], bridge: Sequence[str] = ()) -> Tally:
    """`bridge`: another module for it, such as one with a planted bug."""
    with house() as made:
        if bridge:
            made.bridge.command = [sys.executable, "-m", *bridge, "run", "--home", str(made.home)]
            made.bridge.stop()
            made.bridge.start()
        return asyncio.run(_play(made, drawn))


async def _play(made: House, drawn: Sequence[Round]) -> Tally:
    places = household.PLACES
    home = await household.move_in(made, people=math.ceil(len(drawn) / len(places)))
    tally, phone = Tally(), None
    for index, round_ in enumerate(drawn):
        who, place = divmod(index, len(places))
        if phone is None or place == 0:
            if phone is not None:
                await phone.client.aclose()
            phone = await household.person(made, who)
        try:
            verdict = judge(await Play(home, phone, places[place], round_).run())
        except Stuck as stuck:
            verdict = Verdict(wrong=[str(stuck)])
        tally.add(round_, verdict)
        print(f"{round_}: {_words(verdict)}", flush=True)
    if phone is not None:
        await phone.client.aclose()
    return tally


def _words(verdict: Verdict) -> str:
    if verdict.overrun_s is None:
        return "; ".join(["never lit", *verdict.wrong])
    said = [f"lit after {verdict.started_after_s:.2f} s, until {verdict.overrun_s:+.2f} s of its planned end"]
    if verdict.after_loss_s is not None:
        said.append(f"{verdict.after_loss_s:.2f} s after its bridge")
    if verdict.stopped_after_s is not None:
        said.append(f"{verdict.stopped_after_s:.2f} s after the stop")
    return "; ".join([*said, *verdict.wrong])


def figures(tally: Tally) -> list[Figure]:
    times = tally.kills.total()
    stopped_s = {"stopped": len(tally.stopped_after_s), "worst_stop_to_dark_s": round(max(tally.stopped_after_s, default=0.0), 2)}
    details = {"kills": dict(tally.kills), "lit": tally.lit, **stopped_s, "wrong": tally.wrong}
    return [
        _worst(f"light past its planned end, {times} kills (worst)", tally.overrun_s, OVERRUN_S, details),
        _worst("light after its bridge was killed (worst)", tally.after_loss_s, AFTER_LOSS_S),
        _worst("tap to light, the latest start acted on", tally.started_after_s, LATEST_START_S),
        Figure(f"false states, late or second starts, lost dose, {times} kills", len(tally.wrong), 0, "", times),
    ]


def _worst(name: str, values_s: Sequence[float], goal_s: float, details: dict[str, object] | None = None) -> Figure:
    found = sorted(values_s)
    more = {"median_s": round(median(found), 2), "least_s": round(found[0], 2)} if found else {}
    return Figure(name, round(max(found, default=0.0), 2), goal_s, "s", len(found), {**more, **(details or {})})
