"""Which input an interval comes from: first-order shares of variance, and the swing of each input alone.

The share of an input is the variance of the mean of log10(quantity) given that input, over the whole variance (a first-order
Sobol index), estimated on the draws in equally filled bins and corrected for the bins' own noise. What the shares leave
over is interaction. The swing is the quantity with the input at its 5 % and 95 % points and all others at their medians.

Reference: Saltelli et al. 2008, Global Sensitivity Analysis, section 1.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BINS = 25


@dataclass(frozen=True)
class Swing:
    """A quantity when one input moves over its range and the others stay at their medians.

    Parameters
    ----------
    input : str
        The input that moves.
    low, middle, high : float
        The quantity with the input at its 5 % point, its median and its 95 % point.
    share : float
        First-order share of the quantity's variance.
    """

    input: str
    low: float
    middle: float
    high: float
    share: float


def variance_shares(values: NDArray[np.float64], inputs: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    """Return the first-order share of each input, the largest first; shares below 0.1 % are 0.

    Parameters
    ----------
    values : array of shape (draws,)
        Draws of the quantity, positive.
    inputs : mapping
        Draws of its uncertain inputs.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a, b = np.exp(2 * rng.standard_normal(50_000)), np.exp(rng.standard_normal(50_000))
    >>> {name: round(share, 1) for name, share in variance_shares(a * b, {"a": a, "b": b}).items()}
    {'a': 0.8, 'b': 0.2}
    """
    target = np.log10(values) if np.all(values > 0) else values
    total = target.var()
    if total == 0:
        return {}
    found = {name: _share(target, draws, total) for name, draws in inputs.items()}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _share(target: NDArray[np.float64], draws: NDArray[np.float64], total: float) -> float:
    count = len(target) // _BINS
    ordered = target[np.argsort(draws, kind="stable")][: count * _BINS].reshape(_BINS, count)
    between = ordered.mean(axis=1).var()
    noise = ordered.var(axis=1).mean() / count
    share = (between - noise * (_BINS - 1) / _BINS) / total
    return float(np.clip(share, 0, 1)) if share >= 1e-3 else 0.0
