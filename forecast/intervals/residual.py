"""Residual bootstrap: the fit plus residuals drawn with replacement (Efron and Tibshirani 1993, section 9.4).

It keeps the inputs as they were designed, and assumes that the scatter (after weighting) is the same everywhere.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecast.intervals._resampling import in_blocks, retargeted
from forecast.laws._law import Array
from forecast.solve.search import Optimum


class Residual:
    """Resamples of residuals."""

    summary = "residual bootstrap"
    bounds: Literal["quantiles"] = "quantiles"

    def draw(self, optimum: Optimum, groups: NDArray[np.intp], count: int, rng: np.random.Generator) -> Array:
        """Refit the fit with residuals of its own."""
        problem = optimum.problem
        rows = int(problem.counts[groups[0]])
        sizes = in_blocks(rows, count)
        picks = [rng.integers(rows, size=(size, rows)) for size in sizes]
        return np.stack([np.concatenate([self._refit(optimum, g, pick) for pick in picks]) for g in groups])

    def _refit(self, optimum: Optimum, group: int, pick: NDArray[np.int64]) -> Array:
        problem = optimum.problem
        rows = pick.shape[1]
        own = None if problem.groups == 1 else np.array([group])
        fitted = problem.model.evaluate(optimum.theta[[group]], own).values[0]
        weight = problem.weight[group, :rows]
        residual = (problem.target[group] - fitted)[:rows] * np.sqrt(weight)
        residual = (residual - residual.mean()) * np.sqrt(rows / max(rows - problem.free.sum(), 1))
        target = np.tile(problem.target[group], (len(pick), 1))
        target[:, :rows] = fitted[:rows] + residual[pick] / np.sqrt(weight)
        return retargeted(problem, optimum.theta[group], target, group)


ENTRY = Residual()
