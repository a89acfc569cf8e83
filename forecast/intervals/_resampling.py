"""Refits to resamples, told by how often each row counts: warm-started, all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecast.intervals._method import BLOCK
from forecast.laws._law import Array
from forecast.solve.linear import linear_refits
from forecast.solve.search import Optimum


def refits(optimum: Optimum, groups: NDArray[np.intp], counts: Array) -> Array:
    """Return the optima of resamples.

    Parameters
    ----------
    optimum : Optimum
        Where each refit starts.
    groups : array of int of shape (g,)
        Groups to refit.
    counts : array of shape (resamples, n)
        How often each row counts in each resample.

    Returns
    -------
    array of shape (g, resamples, p)
        NaN where there is no optimum.
    """
    problem = optimum.problem
    padded = np.zeros((len(counts), problem.target.shape[1]))
    padded[:, : counts.shape[1]] = counts
    if problem.linear:
        return linear_refits(problem, groups, padded)
    result = np.empty((len(groups), len(counts), optimum.theta.shape[1]))
    if problem.groups == 1:
        solution = problem.refit(np.tile(optimum.theta, (len(counts), 1)), weight=padded * problem.weight)
        result[0] = np.where(solution.converged[:, None], solution.theta, np.nan)
        return result
    size = max(1, BLOCK // padded.size)
    for first in range(0, len(groups), size):
        part = groups[first : first + size]
        owner = np.repeat(part, len(counts))
        weight = (padded[None] * problem.weight[part][:, None, :]).reshape(len(owner), -1)
        solution = problem.refit(optimum.theta[owner], owner, weight=weight)
        theta = np.where(solution.converged[:, None], solution.theta, np.nan)
        result[first : first + size] = theta.reshape(len(part), len(counts), -1)
    return result


def in_blocks(rows: int, count: int) -> list[int]:
    """Return how many resamples to take at a time, so that their weights stay small."""
    size = max(1, BLOCK // max(rows, 1))
    return [min(size, count - first) for first in range(0, count, size)]
