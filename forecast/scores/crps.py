"""Continuous ranked probability score of draws: ``E|X - y| - E|X - X'| / 2``, in orders of magnitude.

It rewards a forecast that is both near and sharp; for a point forecast it is the absolute error.
Reference: Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def crps(draws: NDArray[np.float64], outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the score of each outcome.

    Examples
    --------
    >>> crps(np.zeros((100, 1)), np.array([0.3])).tolist()
    [0.3]
    """
    return crps_of_ordered(np.sort(draws, axis=0), outcome)


def crps_of_ordered(draws: NDArray[np.float64], outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the same of draws that ascend along the first axis; ordering them is most of the work."""
    count = len(draws)
    weight = (2 * np.arange(1, count + 1) - count - 1)[:, None]
    spread = (weight * draws).sum(axis=0) / count**2
    return np.asarray(np.abs(draws - outcome).mean(axis=0) - spread)
