"""Whether an interval held the outcome: 1 or 0; its mean should be the interval's level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def coverage(
    lower: NDArray[np.float64], upper: NDArray[np.float64], outcome: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return 1 where the interval held the outcome, its ends included.

    Examples
    --------
    >>> coverage(np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([1.0, 1.2])).tolist()
    [1.0, 0.0]
    """
    return np.asarray((outcome >= lower) & (outcome <= upper), dtype=float)
