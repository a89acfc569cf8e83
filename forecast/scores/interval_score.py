"""Interval score: the width, plus ``2 / (1 - level)`` times how far the outcome lies outside.

Reference: Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359, equation 43.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def interval_score(
    lower: NDArray[np.float64], upper: NDArray[np.float64], outcome: NDArray[np.float64], level: float
) -> NDArray[np.float64]:
    """Return the score of each central interval of a level.

    Examples
    --------
    >>> interval_score(np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([0.5, 1.5]), 0.9).round(9).tolist()
    [1.0, 11.0]
    """
    missed = np.maximum(lower - outcome, 0.0) + np.maximum(outcome - upper, 0.0)
    return np.asarray(upper - lower + 2 / (1 - level) * missed)
