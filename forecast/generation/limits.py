"""What may stop the trend: published limits on power, chips, data and capital, drawn, and the draws that they cap.

A limit caps its metric in each draw: compute is lowered until the metric fits, and everything else follows from that
compute. Limits are those of ``datasets/limits.csv``; each holds at every date asked, as its source states no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.data.dataset import load_dataset
from forecast.errors import UsageError, did_you_mean
from forecast.generation.chain import Chain

Array = NDArray[np.float64]
_Z = 1.6448536269514722
_STEPS = 40
#: OOM; far below what rounding leaves of the metric.
_NARROW = 1e-12
#: A metric that hardly follows compute would send the secant out of sight.
_SLOPES = (0.05, 3.0)


@dataclass(frozen=True)
class Limit:
    """A published limit: metric, median and 90 % range in the metric's unit, and where it stands."""

    name: str
    title: str
    metric: str
    low: float
    median: float
    high: float
    unit: str
    year: int
    source: str
    note: str

    def draw(self, draws: int, rng: np.random.Generator) -> Array:
        """Return log-normal draws of shape (draws, 1); each side of the median keeps its stated bound."""
        score = rng.standard_normal((draws, 1))
        side = np.where(score < 0, np.log(self.median / self.low), np.log(self.high / self.median))
        return np.asarray(self.median * np.exp(np.asarray(side) * score / _Z))


def limits() -> dict[str, Limit]:
    """Return the published limits by name.

    Examples
    --------
    >>> limits()["power"].metric
    'power_w'
    """
    rows = load_dataset("limits").frame.to_dict("records")
    names = ("name", "title", "metric", "low", "median", "high", "unit", "year", "source", "note")
    return {row["name"]: Limit(**{name: row[name] for name in names}) for row in rows}


def chosen_limits(scenario: Sequence[str]) -> list[Limit]:
    """Return the limits of a scenario; ``none`` is no limit, ``all`` every one.

    Raises
    ------
    UsageError
        For an unknown name, with the nearest.
    """
    known = limits()
    wanted = list(dict.fromkeys(scenario))
    for name in wanted:
        if name not in {*known, "none", "all"}:
            message = f"unknown scenario {name!r}{did_you_mean(name, [*known, 'none', 'all'])}"
            raise UsageError(message, hint=f"scenarios: {', '.join(known)}, all, none")
    if "none" in wanted and len(wanted) > 1:
        message = "--scenario none contradicts the others"
        raise UsageError(message)
    return list(known.values()) if "all" in wanted else [known[name] for name in wanted if name != "none"]


def cap(chain: Chain, compute: Array, metric: str, limit: Array) -> Array:
    """Return the largest compute, at most `compute`, whose metric fits under the limit in each draw and date.

    Every metric is close to a power of compute in a draw, so a secant in log-log finds the place in a few steps.
    """
    bound = np.log10(np.broadcast_to(limit, compute.shape))
    here = np.log10(compute)
    excess = np.log10(chain.metrics(compute)[metric]) - bound
    over = excess > 0
    if not over.any():
        return compute
    slope = np.ones_like(here)
    place = here
    for _ in range(_STEPS):
        step = np.where(over, -excess / slope, 0.0)
        place = place + step
        found = np.log10(chain.metrics(10**place)[metric]) - bound
        moved = np.abs(step) > _NARROW
        slope = np.where(moved, (found - excess) / np.where(moved, step, 1.0), slope)
        slope = np.clip(slope, *_SLOPES)
        excess = found
        if np.abs(excess[over]).max() < _NARROW:
            break
    return np.where(over, 10**place, compute)
