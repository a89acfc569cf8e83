"""Whether the central interval of a level held the outcome: 1 or 0; its mean should be the level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def coverage(draws: NDArray[np.float64], outcome: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Return 1 where the interval held the outcome.

    Examples
    --------
    >>> coverage(np.linspace(0, 1, 101)[:, None], np.array([0.97]), 0.9).tolist()
    [0.0]
    """
    lower, upper = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.asarray((outcome >= lower) & (outcome <= upper), dtype=float)


ENTRY = coverage
