"""Standard error of a mean whose values are alike within clusters.

Outcomes that share a forecast are not independent: one wrong slope misses them all. The sums by cluster are.
Reference: Liang and Zeger 1986, Biometrika 73, 13, with the factor G / (G - 1) for G clusters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def clustered_se(values: NDArray[np.float64], cluster: NDArray[np.integer[Any]]) -> float:
    """Return the standard error of the mean; NaN with fewer than two clusters.

    Parameters
    ----------
    values : array of shape (n,)
        Scores.
    cluster : array of int of shape (n,)
        Numbers of the clusters, from 0 without gaps.

    Examples
    --------
    >>> round(clustered_se(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0, 1, 2, 3])), 4)
    0.2887
    """
    count = int(cluster.max()) + 1
    if count < 2:
        return float("nan")
    sums = np.bincount(cluster, values - values.mean(), minlength=count)
    return float(np.sqrt((sums @ sums) * count / (count - 1)) / len(values))
