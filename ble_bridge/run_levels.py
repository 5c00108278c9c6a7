"""Which levels a run wants at a moment: the ramp and its target [B24]. Pure."""

from dataclasses import replace

from ble_bridge.run_model import Ramp, Run
from ble_bridge.run_words import Facts, Levels


def lowest(target: Levels, facts: Facts) -> dict[int, int]:
    """Where a ramp begins: each lit channel at the least that the panel can do, never over its target."""
    least = {c.wavelength_nm: max(1, c.min_pct) for c in facts.channels}
    return {nm: min(pct, least.get(nm, 1)) if pct else 0 for nm, pct in target.items()}


def wanted(run: Run, now_ms: int) -> dict[int, int]:
    """Levels that the run should have now, percent."""
    ramp = run.ramp
    if ramp is None or now_ms - ramp.since_ms >= ramp.over_ms:
        return dict(run.target)
    share = max(0, now_ms - ramp.since_ms) / ramp.over_ms
    return {nm: _between(ramp.base.get(nm, 0), pct, share) for nm, pct in run.target.items()}


def _between(base: int, target: int, share: float) -> int:
    return target if target <= base else base + int((target - base) * share)


def retarget(run: Run, target: Levels, facts: Facts, now_ms: int) -> Run:
    """The run with another target: down at once, up along what is left of the ramp, from the least that the panel can do."""
    ramp = run.ramp
    if ramp is not None:
        left_ms = ramp.over_ms - (now_ms - ramp.since_ms)
        present = wanted(run, now_ms)
        base = {nm: min(target[nm], max(least, present.get(nm, 0))) for nm, least in lowest(target, facts).items()}
        ramp = Ramp(now_ms, left_ms, base) if left_ms > 0 else None
    return replace(run, target=dict(target), ramp=ramp)
