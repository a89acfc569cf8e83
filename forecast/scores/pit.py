"""Probability integral transform: the share of draws below the outcome; uniform where forecasts are calibrated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pit(draws: NDArray[np.float64], outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of draws below each outcome, half of those equal to it counted.

    Examples
    --------
    >>> pit(np.linspace(0, 1, 101)[:, None], np.array([0.5])).tolist()
    [0.5]
    """
    return np.asarray(((draws < outcome) + 0.5 * (draws == outcome)).mean(axis=0))
