"""Profile likelihood: how far a parameter can go, the others refitted, before the fit is clearly worse.

The threshold on the ratio of objectives is that of the likelihood ratio (mse: ``F(1, n - p)``; robust losses: the scaled
``chi^2`` of Schrader and Hettmansperger 1980). It follows the data where they leave a parameter open on one side: the
bound is then infinite. Draws, for whatever follows from several parameters, are those of the theory.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from forecast.intervals.analytic import Analytic
from forecast.laws._law import Array
from forecast.solve.covariance import covariance, curvature_at
from forecast.solve.search import Optimum

_STEPS = 28
#: Standard errors that the first step goes.
_FIRST = 0.5


class Profile(Analytic):
    """Bounds by profile."""

    summary = "profile likelihood"
    bounds: Literal["profile"] = "profile"

    def parameters(self, optimum: Optimum, levels: tuple[float, ...]) -> Array:
        """Return bounds of the law's parameters of a single fit, of shape (levels, 2, p)."""
        problem, law = optimum.problem, optimum.problem.model.law
        # with every coefficient held, each parameter is a coordinate of its own
        model = law.model(problem.model.inputs, problem.model.space, held=law.names)
        natural = problem.model.natural(optimum.theta)
        lower, upper = (bound.astype(float) for bound in model.bounds(problem.target))
        theta = model.coordinates(natural)
        held = ~problem.free
        lower[held] = upper[held] = theta[0, held]
        alone = replace(problem, model=model, lower=lower, upper=upper)
        bounds = self.interval(Optimum(alone, theta, covariance(alone, theta), optimum.certificates), levels)
        with np.errstate(over="ignore"):
            return model.natural(bounds)

    def interval(self, optimum: Optimum, levels: tuple[float, ...]) -> Array:
        """Return bounds of the coordinates of a single fit, of shape (levels, 2, p).

        Each level, side and coordinate is a search of its own, and all of them run in one batch: steps double until the
        threshold is passed, then the bracket is halved.
        """
        problem, best = optimum.problem, optimum.theta[0]
        size = len(best)
        error = np.sqrt(np.maximum(np.diag(optimum.covariance.matrix[0]), 0.0))
        column = np.tile(np.arange(size), 2 * len(levels))
        side = np.tile(np.repeat([-1.0, 1.0], size), len(levels))
        level = np.repeat(levels, 2 * size)
        threshold = self._threshold(optimum, level)
        live = problem.free[column] & (error[column] > 0)
        near, far = np.zeros(len(column)), np.full(len(column), np.inf)
        reach = _FIRST * stdtrit(np.maximum(optimum.covariance.freedom[0], 1.0), (1 + level) / 2) * error[column]
        theta = np.tile(best, (len(column), 1))
        for _ in range(_STEPS):
            value = best[column] + side * reach
            off = (value < problem.lower[column]) | (value > problem.upper[column])
            value = np.clip(value, problem.lower[column], problem.upper[column])
            lower, upper = (np.tile(bound, (len(column), 1)) for bound in (problem.lower, problem.upper))
            rows = np.arange(len(column))
            lower[rows, column] = upper[rows, column] = value
            start = theta.copy()
            start[rows, column] = value
            solution = problem.refit(start, lower=lower, upper=upper)
            inside = solution.objective <= threshold
            theta = np.where((inside & live)[:, None], solution.theta, theta)
            near = np.where(inside, reach, near)
            far = np.where(inside & ~off, far, np.where(inside, far, reach))
            reach = np.where(np.isfinite(far), (near + far) / 2, np.where(near > 0, 2 * near, reach / 2))
        open_ended = ~np.isfinite(far)
        bound = best[column] + side * np.where(open_ended, np.inf, near)
        bound = np.where(live, np.clip(bound, problem.lower[column], problem.upper[column]), best[column])
        return np.asarray(bound.reshape(len(levels), 2, size))

    @staticmethod
    def _threshold(optimum: Optimum, level: Array) -> Array:
        problem = optimum.problem
        freedom = max(float(optimum.covariance.freedom[0]), 1.0)
        square = stdtrit(freedom, (1 + level) / 2) ** 2
        residual = problem.model.evaluate(optimum.theta).values - problem.target
        objective = problem.loss.total(residual, problem.weight)[0]
        if problem.loss.name == "mse":
            return np.asarray(objective * (1 + square / freedom))
        slope, _ = problem.loss.slopes(residual)
        spread = float((problem.weight * slope**2).sum() / problem.weight.sum())
        each = curvature_at(problem, residual, problem.weight, problem.counts)
        curvature = float((problem.weight * each).sum() / problem.weight.sum())
        return np.asarray(objective + 0.5 * square * spread / curvature)


ENTRY = Profile()
