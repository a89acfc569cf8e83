"""Refits to resamples, told by how often each row counts, or with each row left out: warm-started, all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecast.errors import FitError
from forecast.intervals._method import BLOCK
from forecast.laws._law import Array
from forecast.solve.linear import linear_refits
from forecast.solve.problem import Problem
from forecast.solve.search import Optimum

#: Refits with rows left out at most: beyond them the work would grow with the square of the rows.
_LEFT_OUT = 500


def handfuls(part: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """Return what is left out together, of shape (n,): each part, or random handfuls of parts where there are many."""
    count = int(part.max()) + 1
    return part if count <= _LEFT_OUT else np.asarray(rng.permutation(count) % _LEFT_OUT)[part]


def leave_out(problem: Problem, theta: Array, part: NDArray[np.intp], group: int = 0) -> Array:
    """Return the optima of one fit with each part of its rows left out.

    Parameters
    ----------
    problem : Problem
        Of one or more groups.
    theta : array of shape (p,)
        The optimum of the group, where each refit starts.
    part : array of int of shape (n,)
        Which part each row of the group belongs to, from 0.
    group : int
        Which group.

    Returns
    -------
    array of shape (parts, p)
        NaN where there is no optimum.
    """
    labels = np.arange(int(part.max()) + 1)
    found = []
    for size in in_blocks(len(part), len(labels)):
        counts = np.zeros((size, problem.target.shape[1]))
        counts[:, : len(part)] = part[None] != labels[:size, None]
        labels = labels[size:]
        if problem.linear:
            found.append(linear_refits(problem, np.array([group]), counts)[0])
        else:
            weight = counts * problem.weight[group]
            solution = problem.refit(np.tile(theta, (size, 1)), np.full(size, group), weight=weight)
            found.append(np.where(solution.converged[:, None], solution.theta, np.nan))
    return np.concatenate(found)


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


def count_runs(cluster: NDArray[np.intp]) -> int:
    """Return how many runs rows belong to.

    Raises
    ------
    FitError
        When there is but one.
    """
    runs = int(cluster.max()) + 1
    if runs < 2:
        message = "all rows belong to one run, so nothing can be resampled"
        raise FitError(message, hint="check the --group column, or use --intervals pairs")
    return runs


def in_blocks(rows: int, count: int) -> list[int]:
    """Return how many resamples to take at a time, so that their weights stay small."""
    size = max(1, BLOCK // max(rows, 1))
    return [min(size, count - first) for first in range(0, count, size)]


def retargeted(problem: Problem, theta: Array, target: Array, group: int) -> Array:
    """Return the optima (batch, p) of one group with other outputs (batch, n), from its optimum (p,)."""
    count = len(target)
    weight = np.broadcast_to(problem.weight[group], target.shape)
    solution = problem.refit(np.tile(theta, (count, 1)), np.full(count, group), target=target, weight=weight)
    return np.where(solution.converged[:, None], solution.theta, np.nan)
