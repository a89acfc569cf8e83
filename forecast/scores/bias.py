"""Median minus outcome, in orders of magnitude: above zero, the forecast was too high."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def bias(draws: NDArray[np.float64], outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the signed error of the median.

    Examples
    --------
    >>> bias(np.full((9, 1), 2.0), np.array([1.5])).tolist()
    [0.5]
    """
    return np.asarray(np.median(draws, axis=0) - outcome)
