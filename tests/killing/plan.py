"""What is drawn by chance for each round: which part is killed, when, for how long, and whether the person taps stop."""

import random
from dataclasses import dataclass
from typing import Final, Literal

Victim = Literal["bridge", "web", "worker", "valkey"]
VICTIMS: Final[tuple[Victim, ...]] = ("bridge", "web", "worker", "valkey")
DURATION_S: Final = (5, 9)
BEFORE_S: Final = 0.2
"""A kill may come a little before the tap, and until a little after the planned end."""
AWAY_S: Final = (0.1, 5.0)
"""Before it is started again: also longer than a dead-man."""
STOPPED: Final = 0.35
"""Share of the sessions that are stopped by a tap."""


@dataclass(frozen=True)
class Round:
    number: int
    victim: Victim
    duration_s: int
    kill_after_s: float
    """From the tap that starts the session; below 0: before it."""
    away_s: float
    stop_after_s: float | None

    def __str__(self) -> str:
        stopped = "" if self.stop_after_s is None else f", stop at {self.stop_after_s:.2f} s"
        return f"{self.number:3}  {self.victim} killed at {self.kill_after_s:+.2f} s of {self.duration_s} s{stopped}"


def rounds(times: int, chance: random.Random) -> list[Round]:
    """Each part is killed equally often, in any order."""
    victims: list[Victim] = [VICTIMS[number % len(VICTIMS)] for number in range(times)]
    chance.shuffle(victims)
    return [_round(number, victim, chance) for number, victim in enumerate(victims, start=1)]


def _round(number: int, victim: Victim, chance: random.Random) -> Round:
    duration_s = chance.randint(*DURATION_S)
    return Round(
        number,
        victim,
        duration_s,
        kill_after_s=chance.uniform(-BEFORE_S, duration_s + BEFORE_S),
        away_s=chance.uniform(*AWAY_S),
        stop_after_s=chance.uniform(0, duration_s) if chance.random() < STOPPED else None,
    )
