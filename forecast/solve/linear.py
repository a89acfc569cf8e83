"""Least squares where values are linear in the coordinates: all resamples of all groups by one matrix product."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array
from forecast.solve.newton import solve_positive
from forecast.solve.problem import Problem

_BLOCK = 4_000_000


def linear_refits(problem: Problem, groups: NDArray[np.intp], counts: Array) -> Array:
    """Return the optima of resamples of groups.

    Parameters
    ----------
    problem : Problem
        With ``problem.linear``.
    groups : array of int of shape (g,)
        Groups to refit.
    counts : array of shape (resamples, n)
        How often each row counts in each resample.

    Returns
    -------
    array of shape (g, resamples, p)
        NaN where the resample determines no line.
    """
    free = np.flatnonzero(problem.free)
    base = np.where(problem.free, 0.0, problem.lower)
    result = np.broadcast_to(base, (len(groups), len(counts), len(base))).copy()
    size = max(1, _BLOCK // max(len(counts) * (len(free) + 1) ** 2, problem.target.shape[1]))
    left, right = np.triu_indices(len(free))
    for first in range(0, len(groups), size):
        part = groups[first : first + size]
        own = None if problem.groups == 1 else part
        theta = np.tile(base, (len(part), 1))
        slopes = problem.model.jacobian(theta, own)[:, :, free]
        rest = problem.target[part] - problem.model.evaluate(theta, own).values
        heavy = slopes * problem.weight[part][..., None]
        moments = np.concatenate([heavy[:, :, left] * slopes[:, :, right], heavy * rest[..., None]], axis=-1)
        sums = np.matmul(counts, np.where(problem.weight[part][..., None] > 0, moments, 0.0))
        normal = np.empty((*sums.shape[:2], len(free), len(free)))
        normal[..., left, right] = normal[..., right, left] = sums[..., : len(left)]
        solution, sound = solve_positive(
            normal.reshape(-1, len(free), len(free)), sums[..., len(left) :].reshape(-1, len(free))
        )
        solution[~sound] = np.nan
        block = result[first : first + size]
        block[:, :, free] = solution.reshape(len(part), len(counts), -1)
    return result
