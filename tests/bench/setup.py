"""How long a newcomer waits: from a clean clone to ready, and from `up` to ready once it is installed."""

import statistics
from typing import Final

from tests.bench.clone import Clone
from tests.bench.figures import Figure

WARM_RUNS: Final = 7


def measure(_used: Clone, _seed: int) -> list[Figure]:
    clone = Clone()  # another benchmark may have set the run's one up already
    try:
        first_s = clone.run_once()
        warm_s = [clone.run_once() for _ in range(WARM_RUNS)]
    finally:
        clone.remove()
    return [
        Figure("clean clone to ready", first_s, 60, "s", 1, {"caches": "empty", "network": "needed"}),
        Figure("`up` to ready, installed (median)", statistics.median(warm_s), 3, "s", WARM_RUNS, {"each_s": warm_s}),
    ]
