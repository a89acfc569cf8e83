"""The fit itself: many starts, the best optimum, and a certificate that says how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array
from forecast.solve.covariance import Covariance, covariance
from forecast.solve.newton import Solution
from forecast.solve.problem import STAGE, Problem, follow

#: Starts that are followed to their optimum in each of many groups; for a single fit the law says how many.
GROUP_STARTS = 6
#: Objectives closer than this, relatively, are the same optimum.
_SAME = 1e-8
#: An optimum that the data cannot tell from the best: the 95 % point of a likelihood ratio with one degree of freedom.
_INDISTINCT = 3.84
#: Correlation matrix of the coordinates worse conditioned than this: some combination of them is free.
ILL_CONDITIONED = 1e8
#: Longest distance of a second start from the first optimum, along a coordinate the data leave open.
_FARTHEST = 5.0
_AXES = 3
#: How well the wider losses on the way to a narrow one are solved.
_ROUGH = 1e-4
_BLOCK = 2_000_000
#: How often the lowest start is followed further where it had not come to rest.
_ROUNDS = 20


class Status(StrEnum):
    """How far a fit can be trusted; the worst that applies."""

    #: Several starts ended in this optimum, no other comes close, and the data determine every parameter.
    CERTIFIED = "certified"
    #: The data determine some combinations of the parameters only.
    WEAKLY_IDENTIFIED = "weakly-identified"
    #: Another optimum with other parameters fits as well, as far as the data can tell.
    MULTIMODAL = "multimodal"
    #: A parameter ended on its bound: the law is simpler than written, or the bound is wrong.
    AT_BOUND = "at-bound"
    #: No start reached an optimum.
    FAILED = "failed"


@dataclass(frozen=True)
class Certificate:
    """What stands behind a status.

    Parameters
    ----------
    status : Status
        The verdict.
    objective : float
        The summed loss at the optimum.
    gradient_norm : float
        Its largest derivative there, along a coordinate that is free to move.
    starts, agreeing : int
        Starts followed, and how many of them ended in the best optimum.
    runner_up : float or None
        Objective of the best other optimum that a start ended in.
    runner_up_parameters : tuple of float
        Where that is; empty without one.
    at_bound : tuple of str
        Parameters on a bound.
    condition : float
        Condition number of the correlation matrix of the coordinates.
    weak : tuple of str
        Parameters that the data leave open.
    """

    status: Status
    objective: float
    gradient_norm: float
    starts: int
    agreeing: int
    runner_up: float | None
    runner_up_parameters: tuple[float, ...]
    at_bound: tuple[str, ...]
    condition: float
    weak: tuple[str, ...]


@dataclass(frozen=True)
class Optimum:
    """The best optimum of each group, its covariance, and its certificate.

    Parameters
    ----------
    problem : Problem
        What was fitted, its loss settled.
    theta : array of shape (groups, p)
        Coordinates.
    covariance : Covariance
        Of the coordinates.
    certificates : tuple of Certificate
        One per group.
    """

    problem: Problem
    theta: Array
    covariance: Covariance
    certificates: tuple[Certificate, ...]


def search(problem: Problem, starts: int | None = None) -> Optimum:
    """Fit every group from several starts.

    Parameters
    ----------
    problem : Problem
        What to fit.
    starts : int, optional
        Starts to follow for each group.
    """
    groups = np.arange(problem.groups)
    if problem.linear:
        # a straight line through the data: any start leads to the one optimum in a step
        chosen = problem.model.starts(problem.target, problem.weight, groups)[:, :1]
        found = _follow(problem, chosen)
    else:
        chosen = _choose(problem, starts or (problem.model.law.starts if problem.groups == 1 else GROUP_STARTS))
        problem = problem.settled(_scale(problem, chosen[:, 0]))
        found = _follow(problem, np.concatenate([chosen, _smoothed(problem, chosen)], axis=1))
        if problem.groups == 1:
            around = _around(problem, found)
            found = _join(found, _follow(problem, around)) if around.shape[1] else found
    best = found.objective.argmin(axis=1)
    theta = found.theta[groups, best]
    spread = covariance(problem, theta)
    return Optimum(problem, theta, spread, _certify(problem, found, best, spread))


def adopt(problem: Problem, theta: Array, certificate: Certificate) -> Optimum:
    """Return the optimum of one group that a search over the same data found, written as other rows.

    Parameters
    ----------
    problem : Problem
        What was fitted.
    theta : array of shape (1, p)
        The optimum.
    certificate : Certificate
        What that search certified. Parameters on a bound stay on it: where a coefficient counts as zero depends on
        how the rows are written.
    """
    bound = np.isin(problem.model.names, certificate.at_bound) & (theta[0] < problem.upper - 1e-9)
    loss = problem.loss.settled(_scale(problem, theta))
    problem = replace(problem, loss=loss, lower=np.where(bound, theta[0], problem.lower))
    return Optimum(problem, theta, covariance(problem, theta), (certificate,))


@dataclass(frozen=True)
class _Ends:
    """Where the starts of each group ended: coordinates (groups, starts, p), objective and gradient (groups, starts)."""

    theta: Array
    objective: Array
    gradient: Array


def _follow(problem: Problem, starts: Array) -> _Ends:
    """Follow starts to their optima."""
    groups, count, size = starts.shape
    solution = problem.refit(starts.reshape(-1, size), np.repeat(np.arange(groups), count), iterations=STAGE)
    return _persist(problem, solution, (groups, count))


def _persist(problem: Problem, solution: Solution, shape: tuple[int, int]) -> _Ends:
    """Return the ends; where the lowest of a group had not come to rest, it is followed further first.

    Along a ridge that the data leave open (an exponent near zero makes its term a second floor) steps stay short. What
    falls no longer is an end too, and its certificate says that it is weakly identified, or at a bound.
    """
    theta, gradient = solution.theta.reshape(*shape, -1), solution.gradient.reshape(shape)
    reached = np.where(np.isfinite(solution.objective), solution.objective, np.inf).reshape(shape)
    objective = np.where(solution.converged.reshape(shape), reached, np.inf)
    lowest = reached.argmin(axis=1)
    bottom = reached[np.arange(shape[0]), lowest]
    left = np.flatnonzero(np.isfinite(bottom) & (objective.min(axis=1) > bottom * (1 + _SAME)))
    for _ in range(_ROUNDS):
        if not len(left):
            break
        pick = lowest[left]
        further = problem.refit(theta[left, pick], left, iterations=STAGE)
        settled = further.converged | (further.objective >= reached[left, pick] * (1 - _SAME))
        theta[left, pick], gradient[left, pick] = further.theta, further.gradient
        reached[left, pick] = further.objective
        objective[left[settled], pick[settled]] = further.objective[settled]
        left = left[~settled]
    return _Ends(theta, objective, gradient)


def _smoothed(problem: Problem, starts: Array) -> Array:
    """Return where descents through wider losses lead: a narrow loss has small local optima, which these pass over."""
    path = problem.loss.path(_scale(problem, starts[:, 0]))[:-1]
    if problem.loss.name != "huber" or not path:
        return starts[:, :0]
    few = starts[:, : max(1, starts.shape[1] // 4)]
    batch = problem.batch(np.repeat(np.arange(len(few)), few.shape[1]))
    return follow(batch, path, few.reshape(-1, few.shape[2]), tolerance=_ROUGH).theta.reshape(few.shape)


def _join(first: _Ends, second: _Ends) -> _Ends:
    return _Ends(
        np.concatenate([first.theta, second.theta], axis=1),
        np.concatenate([first.objective, second.objective], axis=1),
        np.concatenate([first.gradient, second.gradient], axis=1),
    )


def _scale(problem: Problem, theta: Array) -> float:
    """Return the typical size of residuals at coordinates (groups, p)."""
    group = None if problem.groups == 1 else np.arange(problem.groups)
    residual = problem.model.evaluate(theta, group).values - problem.target
    size = np.abs(residual)[(problem.weight > 0) & np.isfinite(residual)]
    return float(np.median(size)) + 1e-300 if len(size) else 1.0


def _around(problem: Problem, found: _Ends) -> Array:
    """Return starts two standard errors from the best optimum, both ways along the longest principal axes."""
    best = found.theta[:, found.objective[0].argmin()]
    matrix = covariance(problem, best).matrix[0]
    if not np.isfinite(matrix).all():  # no rows are left to say how wide
        return found.theta[:, :0]
    values, vectors = np.linalg.eigh(matrix)
    axes = (vectors * np.minimum(2 * np.sqrt(np.maximum(values, 0.0)), _FARTHEST)).T
    axes = axes[np.abs(axes).max(axis=1) > 0][-_AXES:]
    both = np.concatenate([best + axes, best - axes])
    return np.asarray(np.clip(both, problem.lower, problem.upper)[None])


def _choose(problem: Problem, wanted: int) -> Array:
    """Return the starts to follow: half of them the best, the others spread over the rest of the grid."""
    groups = np.arange(problem.groups)
    grid = np.clip(problem.model.starts(problem.target, problem.weight, groups), problem.lower, problem.upper)
    if problem.groups == 1:
        grid = np.unique(grid, axis=1)  # fixed parameters make starts the same
    count = grid.shape[1]
    objective = np.empty((problem.groups, count))
    size = max(1, _BLOCK // (count * problem.target.shape[1]))
    for first in range(0, problem.groups, size):
        rows = np.repeat(groups[first : first + size], count)
        batch = problem.batch(rows)
        values = problem.model.evaluate(grid[first : first + size].reshape(len(rows), -1), batch.group).values
        with np.errstate(invalid="ignore", over="ignore"):
            total = problem.loss.total(values - batch.target, batch.weight)
        objective[first : first + size] = np.where(np.isfinite(total), total, np.inf).reshape(-1, count)
    order = np.argsort(objective, axis=1, kind="stable")
    if count > wanted:
        near = wanted - wanted // 2
        far = near + (np.arange(wanted // 2) * (count - near)) // max(wanted // 2, 1)
        order = order[:, np.concatenate([np.arange(near), far])]
    return np.take_along_axis(grid, order[:, :, None], axis=1)


def _certify(problem: Problem, ends: _Ends, best: NDArray[np.intp], spread: Covariance) -> tuple[Certificate, ...]:
    model, names, theta, objective = problem.model, problem.model.names, ends.theta, ends.objective
    count = objective.shape[1]
    groups = np.arange(problem.groups)
    found = theta[groups, best]
    lowest = objective[groups, best]
    rounding = np.broadcast_to(problem.batch(groups).floor(problem.loss), lowest.shape)
    agree = objective <= (lowest * (1 + _SAME) + rounding)[:, None]
    other = np.where(agree, np.inf, objective)
    second = other.argmin(axis=1)
    runner = other[groups, second]
    other_theta = theta[groups, second]
    free = problem.free
    bound = free & ((found <= problem.lower + 1e-9) | (found >= problem.upper - 1e-9))
    errors = np.sqrt(np.maximum(np.einsum("gpp->gp", spread.matrix), 0.0))
    logarithm = np.array([parameter.positive for parameter in model.law.parameters])
    loose = free & ~bound & ~(errors <= np.where(logarithm, 1.0, 0.5 * np.abs(found)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = problem.counts * np.log(runner / lowest)
    apart = np.abs(other_theta - found).max(axis=1) > 1e-2
    final = model.evaluate(found, None if problem.groups == 1 else groups).values - problem.target
    objectives = problem.loss.exact(np.where(problem.weight > 0, final, 0.0), problem.weight)
    natural = model.natural(other_theta)
    certificates = []
    for g in groups:
        rival = bool(np.isfinite(runner[g]))
        if not np.isfinite(lowest[g]):
            status = Status.FAILED
        elif bound[g].any():
            status = Status.AT_BOUND
        elif rival and ratio[g] < _INDISTINCT and apart[g]:
            status = Status.MULTIMODAL
        elif loose[g].any() or not spread.condition[g] < ILL_CONDITIONED:
            status = Status.WEAKLY_IDENTIFIED
        else:
            status = Status.CERTIFIED
        certificates.append(
            Certificate(
                status=status,
                objective=float(objectives[g]),
                gradient_norm=float(ends.gradient[g, best[g]]),
                starts=count,
                agreeing=int(agree[g].sum()),
                runner_up=float(runner[g]) if rival else None,
                runner_up_parameters=tuple(map(float, natural[g])) if rival else (),
                at_bound=tuple(name for name, b in zip(names, bound[g], strict=True) if b),
                condition=float(spread.condition[g]),
                weak=tuple(name for name, w in zip(names, loose[g], strict=True) if w),
            )
        )
    return tuple(certificates)
