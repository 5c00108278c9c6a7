"""Virtual time, and the true light of the firmware's model in it."""

import heapq
import random
from collections.abc import Callable
from typing import Self

from ble_bridge.virtual.model import PanelModel, panel_info
from tests.ble_bridge.world_terms import Account


class Light:
    """One panel, and a queue of what happens when."""

    def __init__(self, seed: int, now_ms: int) -> None:
        self.random = random.Random(seed)
        self.now_ms = now_ms
        self.model = PanelModel(panel_info("WORLD-1"), now_ms / 1000)
        self.epoch = 0
        """Of the bridge's process: what an earlier one had begun does not happen any more."""
        self.queue: list[tuple[int, int, Callable[[], None]]] = []
        self.counter = 0
        self.accounts: dict[int, Account] = {}
        self.stuck: set[int] = set()

    def later(self, delay_ms: int, call: Callable[[], None], epoch: int | None = None) -> None:
        """`epoch` None: happens whatever becomes of the bridge's process."""
        self.counter += 1
        alive = self.epoch if epoch is None else epoch
        wrapped = call if epoch is None else (lambda: call() if self.epoch == alive else None)
        heapq.heappush(self.queue, (self.now_ms + delay_ms, self.counter, wrapped))

    def _every(self, every_ms: int, call: Callable[[], None]) -> None:
        def again() -> None:
            call()
            self.later(every_ms, again)

        self.later(every_ms, again)

    def run(self, duration_ms: int) -> Self:
        end_ms = self.now_ms + duration_ms
        while self.queue and self.queue[0][0] <= end_ms:
            at_ms, _, call = heapq.heappop(self.queue)
            self._shine(at_ms)
            call()
        self._shine(end_ms)
        return self

    def until(self, wanted: Callable[[], bool], within_ms: int = 10_000) -> int:
        """Runs until it is so; milliseconds it took."""
        began_ms = self.now_ms
        while not wanted():
            assert self.now_ms - began_ms < within_ms, f"not within {within_ms} ms: {self}"
            self.run(10)
        return self.now_ms - began_ms

    def _shine(self, to_ms: int) -> None:
        """Books true light up to then, in steps short enough for timer and dead-man."""
        while self.now_ms < to_ms:
            step_ms = min(10, to_ms - self.now_ms)
            self.model.advance(self.now_ms / 1000)
            output = self.model.output_pct
            if any(output) and self.model.run is None:
                self.stuck.add(self.model.memory.token)
            if any(output):
                account = self.accounts.setdefault(self.model.memory.token, Account())
                account.first_lit_ms = account.first_lit_ms or self.now_ms
                account.last_lit_ms = self.now_ms + step_ms
                account.true_on_ms += step_ms
                for channel, pct in zip(self.model.info.channels, output, strict=True):
                    nm = channel.wavelength_nm
                    account.true_full_level_ms[nm] = account.true_full_level_ms.get(nm, 0) + step_ms * pct / 100
            self.now_ms += step_ms
        self.model.advance(self.now_ms / 1000)

    @property
    def lit(self) -> bool:
        return any(self.model.output_pct)
