"""Interval score: the width, plus ``2 / (1 - level)`` times how far the outcome lies outside.

Reference: Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359, equation 43.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def interval_score(draws: NDArray[np.float64], outcome: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Return the score of each outcome's central interval.

    Examples
    --------
    >>> interval_score(np.linspace(0, 1, 101)[:, None], np.array([0.5]), 0.9).round(9).tolist()
    [0.9]
    """
    lower, upper = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    missed = np.maximum(lower - outcome, 0.0) + np.maximum(outcome - upper, 0.0)
    return np.asarray(upper - lower + 2 / (1 - level) * missed)


ENTRY = interval_score
