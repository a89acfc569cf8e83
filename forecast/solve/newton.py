"""Damped Newton's method with bounds, for a batch of problems at once, in numpy.

Each iteration takes the exact Hessian of every problem still at work, shifts the eigenvalues of those that are not
positive definite, steps inside the bounds, and shortens the steps that do not descend. Under a robust loss the steps of a
problem that has not come to rest after some iterations follow the bend of its valley. A problem leaves the batch when the
decrease that the next step promises (the Newton decrement) is negligible against its objective.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array, Evaluation, Model
from forecast.solve.losses import Loss

#: Promised decrease, relative to the objective, below which a problem is solved.
TOLERANCE = 1e-14
#: After how many a problem is given up.
ITERATIONS = 320
#: Iterations after which steps follow the bend of the valley, how far along a step it is probed, and the longest that is
#: believed, as a share of the step.
_STRAIGHT, _PROBE, _MOST_BENT = 20, 0.1, 0.75
#: Promised decrease, relative to the objective, that rounding may keep a problem from making.
_ROUNDING = 1e-7
_SHORTENINGS = 20
#: Share of the promised decrease, at the length of a step, that it must bring.
_ENOUGH = 1e-4
_SMALLEST_PIVOT = 1e-11
#: Up to so many systems, their eigenvalues cost less than the overhead of elimination.
_FEW = 40
#: Longest step of any coordinate in one iteration.
_LONGEST = 3.0
#: Rows times problems worked on at once: a few arrays of this length stay in the processor's cache.
_BLOCK = 30_000


@dataclass(frozen=True)
class Batch:
    """Problems that share a model and a loss.

    Parameters
    ----------
    model : Model
        The law bound to its inputs.
    target, weight : array of shape (n,) or (batch, n)
        Outputs in the model's space, and weights.
    lower, upper : array of shape (p,) or (batch, p)
        Bounds of the coordinates; equal ones fix a coordinate.
    group : array of shape (batch,), optional
        Which row of the model's inputs each problem has; without it all have the first.
    """

    model: Model
    target: Array
    weight: Array
    lower: Array
    upper: Array
    group: NDArray[np.intp] | None = None

    def floor(self, loss: Loss) -> Array:
        """Return the objective of residuals that are rounding errors: nothing below it can be gained."""
        weight = np.atleast_2d(self.weight)
        size = 1e-14 * (1.0 + np.abs(np.atleast_2d(self.target)).max(axis=1, keepdims=True))
        return loss.total(np.broadcast_to(size, weight.shape), weight)

    def take(self, rows: NDArray[np.intp] | slice) -> Batch:
        """Return some of the problems."""

        def part(values: Array) -> Array:
            return values if values.ndim == 1 else values[rows]

        group = None if self.group is None else self.group[rows]
        return Batch(self.model, part(self.target), part(self.weight), part(self.lower), part(self.upper), group)


@dataclass(frozen=True)
class Solution:
    """Where each problem of a batch ended.

    Parameters
    ----------
    theta : array of shape (batch, p)
        Coordinates.
    objective, gradient : array of shape (batch,)
        The summed loss, and the largest derivative along a coordinate that is free to move.
    converged : array of bool
        Whether no further decrease is in sight.
    iterations : int
        The most that any problem took.
    """

    theta: Array
    objective: Array
    gradient: Array
    converged: NDArray[np.bool_]
    iterations: int


def minimise(
    batch: Batch, loss: Loss, start: Array, *, tolerance: float = TOLERANCE, iterations: int = ITERATIONS
) -> Solution:
    """Minimise every problem from its start.

    Parameters
    ----------
    batch : Batch
        The problems.
    loss : Loss
        What is summed.
    start : array of shape (batch, p)
        Coordinates.
    tolerance : float
        Promised decrease, relative to the objective, at which a problem is solved.
    iterations : int
        After how many to give up.
    """
    count = batch.target.shape[-1]
    size = max(1, _BLOCK // max(count, 1))
    parts = [
        _minimise(batch.take(slice(first, first + size)), loss, start[first : first + size], tolerance, iterations)
        for first in range(0, len(start), size)
    ]
    return Solution(
        np.concatenate([part.theta for part in parts]),
        np.concatenate([part.objective for part in parts]),
        np.concatenate([part.gradient for part in parts]),
        np.concatenate([part.converged for part in parts]),
        max(part.iterations for part in parts),
    )


def _minimise(batch: Batch, loss: Loss, start: Array, tolerance: float, iterations: int) -> Solution:
    theta = np.clip(start, batch.lower, batch.upper)
    objective = np.full(len(theta), np.inf)
    gradient = np.full(len(theta), np.inf)
    converged = np.zeros(len(theta), dtype=bool)
    active = np.arange(len(theta))
    here, now = batch, theta
    at = here.model.evaluate(now, here.group)
    value = _total(loss, at.values - here.target, here.weight)
    floor = np.broadcast_to(batch.floor(loss), value.shape)
    iteration = 0
    while len(active) and iteration < iterations:
        iteration += 1
        residual = at.values - here.target
        slope, curvature = loss.slopes(residual)
        slope *= here.weight
        curvature *= here.weight
        slopes, hessian = at.normal(slope, curvature)
        step, promised, steepest = _step(slopes, hessian, now, here)
        done = promised <= tolerance * value + floor
        bent = iteration > _STRAIGHT and loss.name != "mse"
        bend = _bend(here, at, now, step, curvature, hessian) if bent else None
        moved, at, value, stuck = _descend(here, loss, now, step, promised, value, done, bend)
        finished = done | stuck
        objective[active], gradient[active] = value, steepest
        theta[active] = moved
        # Where a step that promised little cannot descend, or many bring nothing, the limits of rounding are met.
        converged[active] = done | (promised <= _ROUNDING * (value + floor))
        now = moved
        if finished.all():
            break
        if finished.any():
            keep = np.flatnonzero(~finished)
            active, here, now, value, floor = active[keep], here.take(keep), now[keep], value[keep], floor[keep]
            at = at.take(keep)
    return Solution(theta, objective, gradient, converged, iteration)


def _total(loss: Loss, residual: Array, weight: Array) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):
        total = loss.total(residual, weight)
    return np.where(np.isfinite(total), total, np.inf)


def _step(slopes: Array, hessian: Array, theta: Array, batch: Batch) -> tuple[Array, Array, Array]:
    """Return the step, the decrease it promises, and the steepest free derivative."""
    blocked = ((theta <= batch.lower) & (slopes > 0)) | ((theta >= batch.upper) & (slopes < 0))
    blocked |= batch.lower >= batch.upper
    bad = np.asarray(~(np.isfinite(slopes).all(axis=1) & np.isfinite(hessian).all(axis=(1, 2))))
    slopes = np.where(blocked | bad[:, None], 0.0, slopes)
    size = slopes.shape[1]
    if blocked.any() or bad.any():
        free = ~(blocked | bad[:, None])
        hessian = np.where(free[:, :, None] & free[:, None, :], hessian, 0.0)
        diagonal = np.arange(size)
        hessian[:, diagonal, diagonal] += ~free
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        step = -_solve(hessian, slopes)
        longest = np.abs(step).max(axis=1)
        step *= np.where(np.isfinite(longest), np.minimum(1.0, _LONGEST / longest), 0.0)[:, None]
    step[~np.isfinite(longest) | (longest == 0)] = 0.0
    promised = -np.einsum("bp,bp->b", slopes, step)
    return step, promised, np.abs(slopes).max(axis=1)


def _bend(batch: Batch, at: Evaluation, theta: Array, step: Array, curvature: Array, hessian: Array) -> Array:
    """Return what keeps a step in a valley that bends: the geodesic acceleration of Transtrum and Sethna (2012).

    Where rows inside the quadratic zone of a robust loss hold the valley, its floor leaves the straight step by half its
    second derivative along the step, which least squares over those rows brings back.
    """
    ahead, behind = (
        batch.model.evaluate(np.clip(theta + probe * step, batch.lower, batch.upper), batch.group).values
        for probe in (_PROBE, -_PROBE)
    )
    with np.errstate(invalid="ignore"):
        second = (ahead - 2 * at.values + behind) / _PROBE**2
    second = np.where(np.isfinite(second), second, 0.0)
    pull, _ = at.normal(curvature * second, np.zeros_like(second))
    still = step == 0
    hessian = np.where(still[:, :, None] | still[:, None, :], 0.0, hessian)
    diagonal = np.arange(step.shape[1])
    hessian[:, diagonal, diagonal] += still
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        bend = -0.5 * _solve(hessian, np.where(still, 0.0, pull))
        wild = ~(np.abs(bend).max(axis=1) <= _MOST_BENT * np.abs(step).max(axis=1))
    bend[wild] = 0.0
    return bend


def _solve(hessian: Array, right: Array) -> Array:
    """Solve with each Hessian, or where it is not positive definite with its eigenvalues made so."""
    scaled, scale = _scaled(hessian)
    if len(hessian) > _FEW:
        solution, positive = _eliminate(scaled, right / scale)
        rest = np.flatnonzero(~positive)
    else:
        solution, rest = np.empty_like(right), np.arange(len(right))
    if len(rest):
        sound = (np.abs(scaled[rest]) < 1e100).all(axis=(1, 2), keepdims=True)  # false for NaN too
        values, vectors = np.linalg.eigh(np.where(sound, scaled[rest], np.eye(scaled.shape[1])))
        size_of = np.abs(values)
        values = np.maximum(size_of, 1e-6 * size_of.max(axis=1, keepdims=True) + 1e-12)
        along = np.einsum("bpk,bp->bk", vectors, (right / scale)[rest])
        solution[rest] = np.einsum("bpk,bk->bp", vectors, along / values)
    return solution / scale


def solve_positive(matrix: Array, right: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Solve a batch of small symmetric systems, and say which were safely positive definite."""
    scaled, scale = _scaled(matrix)
    solution, positive = _eliminate(scaled, right / scale)
    return solution / scale, positive


def _scaled(matrix: Array) -> tuple[Array, Array]:
    """Return matrices scaled to unit diagonal, and the scale."""
    scale = np.sqrt(np.maximum(np.abs(np.einsum("bpp->bp", matrix)), 1e-300))
    return matrix / (scale[:, :, None] * scale[:, None, :]), scale


def _eliminate(matrix: Array, right: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Solve a batch of small symmetric systems, and say which were safely positive definite.

    numpy's own routines refuse a whole batch for one singular member; this eliminates the few columns in turn, for all
    systems at once. Without pivoting the pivots are positive exactly where the matrix is positive definite.
    """
    size = matrix.shape[1]
    work = np.empty((size, size + 1, len(matrix)))
    work[:, :size] = matrix.transpose(1, 2, 0)
    work[:, size] = right.T
    positive = np.ones(len(matrix), dtype=bool)
    for j in range(size):
        good = work[j, j] > _SMALLEST_PIVOT
        positive &= good
        work[j, j] = np.where(good, work[j, j], 1.0)
        work[j + 1 :, j + 1 :] -= (work[j + 1 :, j] / work[j, j])[:, None] * work[j, j + 1 :]
    solution = work[:, size]
    for i in reversed(range(size)):
        solution[i] -= np.einsum("kb,kb->b", work[i, i + 1 : size], solution[i + 1 :])
        solution[i] /= work[i, i]
    return solution.T.copy(), positive


def _descend(
    batch: Batch,
    loss: Loss,
    theta: Array,
    step: Array,
    promised: Array,
    value: Array,
    done: NDArray[np.bool_],
    bend: Array | None,
) -> tuple[Array, Evaluation, Array, NDArray[np.bool_]]:
    """Take each step, along its bend and shortened until it descends; say which problems could not."""
    moved = np.clip(theta + step if bend is None else theta + step + bend, batch.lower, batch.upper)
    trial = batch.model.evaluate(moved, batch.group)
    reached = _total(loss, trial.values - batch.target, batch.weight)
    poor = ~(reached <= value - _ENOUGH * promised)
    failing = np.flatnonzero(poor & ~done)
    stuck = np.zeros(len(theta), dtype=bool)
    total, length = reached[failing], np.ones(len(failing))
    for _ in range(_SHORTENINGS):
        if not len(failing):
            break
        # the minimum of the parabola through what is known, kept between a tenth and a half of the last step
        rise = total - value[failing] + length * promised[failing]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            best = 0.5 * length**2 * promised[failing] / rise
        length = np.minimum(np.fmax(best, 0.1 * length), 0.5 * length)
        here = batch.take(failing)
        ahead = length[:, None] * step[failing]
        if bend is not None:
            ahead = ahead + length[:, None] ** 2 * bend[failing]
        candidate = np.clip(theta[failing] + ahead, here.lower, here.upper)
        at = here.model.evaluate(candidate, here.group)
        total = _total(loss, at.values - here.target, here.weight)
        good = np.flatnonzero(total <= value[failing] - _ENOUGH * length * promised[failing])
        moved[failing[good]], reached[failing[good]] = candidate[good], total[good]
        trial.put(failing[good], at.take(good))
        left = np.ones(len(failing), dtype=bool)
        left[good] = False
        failing, total, length = failing[left], total[left], length[left]
    stuck[failing] = True
    # A solved problem takes its last step only if that does no harm.
    back = np.concatenate([np.flatnonzero(done & ~(reached <= value)), failing])
    moved[back], reached[back] = theta[back], value[back]
    return moved, trial, reached, stuck
