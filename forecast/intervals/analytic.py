"""Intervals by theory: the covariance of the fit, Student t, and the delta method for what follows from the parameters.

Exact for a straight line with normal errors; elsewhere good when intervals are narrow. See :mod:`forecast.solve.covariance`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array
from forecast.solve.search import Optimum


class Analytic:
    """Draws from the limiting distribution."""

    summary = "analytic (Student t, delta method)"
    bounds: Literal["theory", "profile"] = "theory"

    def draw(self, optimum: Optimum, groups: NDArray[np.intp], count: int, rng: np.random.Generator) -> Array:
        """Draw from a multivariate Student t; NaN where no rows are left to say how wide it is."""
        size = optimum.theta.shape[1]
        matrix = optimum.covariance.matrix[groups]
        told = np.isfinite(matrix).all(axis=(1, 2), keepdims=True)
        values, vectors = np.linalg.eigh(np.where(told, matrix, 0.0))
        root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
        freedom = np.maximum(optimum.covariance.freedom[groups], 1.0)
        normal = rng.standard_normal((count, size))
        wide = np.sqrt(freedom[:, None] / rng.chisquare(freedom[:1], count)[None])
        theta = optimum.theta[groups][:, None, :] + wide[..., None] * (normal @ root.transpose(0, 2, 1))
        return np.where(told, np.clip(theta, optimum.problem.lower, optimum.problem.upper), np.nan)


ENTRY = Analytic()
