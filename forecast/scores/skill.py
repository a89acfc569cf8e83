"""Skill: the share by which a forecast's mean score is below a reference's; 0 is no better, 1 is perfect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def skill(score: NDArray[np.float64], reference: NDArray[np.float64]) -> float:
    """Return ``1 - mean(score) / mean(reference)`` of scores of the same outcomes; NaN where the reference is perfect.

    Examples
    --------
    >>> skill(np.array([0.1, 0.3]), np.array([0.4, 0.4]))
    0.5
    """
    mean = float(reference.mean())
    return 1 - float(score.mean()) / mean if mean > 0 else float("nan")
