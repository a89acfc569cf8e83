"""Width of the central interval of a level, in orders of magnitude."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sharpness(draws: NDArray[np.float64], outcome: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Return the width of each outcome's interval.

    Examples
    --------
    >>> sharpness(np.linspace(0, 1, 101)[:, None], np.array([5.0]), 0.5).round(9).tolist()
    [0.5]
    """
    lower, upper = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.asarray(upper - lower)


ENTRY = sharpness
