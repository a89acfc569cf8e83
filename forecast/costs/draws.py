"""Draws of uncertain inputs: a median with a 90 % range, log-normal on each side (normal for a few).

The median and both ends are kept as stated, also where the range is not symmetric: each side has a spread of its own.
Draws are stratified (a Latin hypercube), so that 10,000 give medians and bounds as steady as many more plain ones.
Every input has a stream of its own, keyed by its name: adding an input leaves the draws of the others as they are.
"""

from __future__ import annotations

import functools
import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecast.costs.quantity import Quantity

#: Standard score of the 95 % point: a stated range holds 90 %.
_Z = 1.6448536269514722


class Streams:
    """Standard normal draws by input name.

    Parameters
    ----------
    count : int
        Number of draws.
    rng : numpy.random.Generator
        Read once, for the key that all streams share.
    """

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self.count = count
        self._key = int(rng.integers(2**63))
        self.scores = functools.cache(self._scores)

    def _scores(self, name: str) -> NDArray[np.float64]:
        from scipy.special import ndtri

        digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
        rng = np.random.default_rng(np.random.SeedSequence([self._key, digest]))
        strata = rng.permutation(self.count) + rng.random(self.count)
        return np.asarray(ndtri(strata / self.count))


def spread(
    node: Quantity, low: ArrayLike, central: ArrayLike, high: ArrayLike, scores: ArrayLike
) -> NDArray[np.float64]:
    """Return values at standard normal scores: `central` at 0, `low` and `high` at the 5 % and 95 % points.

    Parameters
    ----------
    node : Quantity
        Says whether the spread is normal, and the limits that no value passes.
    low, central, high : array_like
        The stated range; broadcast against the scores.
    scores : array_like
        Standard normal draws.

    Notes
    -----
    A range that reaches down to 0 is linear on its lower side. A normal one is cut at half its lower end, which a
    thousandth of the draws pass.

    Examples
    --------
    >>> from forecast.costs.graph import quantity
    >>> spread(quantity("pue"), 1.04, 1.1, 1.18, [-1.6448536, 0, 1.6448536]).round(6).tolist()
    [1.04, 1.1, 1.18]
    """
    low, central, high, scores = (np.asarray(each, dtype=float) for each in (low, central, high, scores))
    if node.linear:
        sides = np.where(scores < 0, central - low, high - central)
        return np.asarray(np.clip(central + sides * scores / _Z, low / 2, node.maximum))
    low, central, high = low - node.offset, central - node.offset, high - node.offset
    above = central > 0
    safe = np.where(above, central, 1.0)
    upward = np.where(above, np.log(np.maximum(high, safe) / safe), 0.0)
    downward = np.where((low > 0) & above, np.log(safe / np.where(low > 0, low, 1.0)), 0.0)
    values = central * np.exp(np.where(scores < 0, downward, upward) * scores / _Z)
    reaches_zero = (scores < 0) & (low <= 0) & above
    values = np.where(reaches_zero, np.maximum(central * (1 + scores / _Z), 0.0), values)
    values = np.where(~above, np.maximum(scores, 0.0) * high / _Z, values)
    return np.asarray(np.clip(values + node.offset, node.minimum, node.maximum))
