"""Damped Newton's method with bounds, for a batch of problems at once, in numpy.

Each iteration takes the exact Hessian of every problem still at work, shifts the eigenvalues of those that are not
positive definite, steps inside the bounds, and halves the steps that do not descend. A problem leaves the batch when the
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
_ITERATIONS = 50
_HALVINGS = 30
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


def minimise(batch: Batch, loss: Loss, start: Array, *, tolerance: float = TOLERANCE) -> Solution:
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
    """
    count = batch.target.shape[-1]
    size = max(1, _BLOCK // max(count, 1))
    parts = [
        _minimise(batch.take(slice(first, first + size)), loss, start[first : first + size], tolerance)
        for first in range(0, len(start), size)
    ]
    return Solution(
        np.concatenate([part.theta for part in parts]),
        np.concatenate([part.objective for part in parts]),
        np.concatenate([part.gradient for part in parts]),
        np.concatenate([part.converged for part in parts]),
        max(part.iterations for part in parts),
    )


def _minimise(batch: Batch, loss: Loss, start: Array, tolerance: float) -> Solution:
    theta = np.clip(start, batch.lower, batch.upper)
    objective = np.full(len(theta), np.inf)
    gradient = np.full(len(theta), np.inf)
    converged = np.zeros(len(theta), dtype=bool)
    active = np.arange(len(theta))
    here, now = batch, theta
    at = here.model.evaluate(now, here.group)
    value = _total(loss, at.values - here.target, here.weight)
    iteration = 0
    while len(active) and iteration < _ITERATIONS:
        iteration += 1
        residual = at.values - here.target
        slope, curvature = loss.slopes(residual)
        slope *= here.weight
        curvature *= here.weight
        slopes, hessian = at.normal(slope, curvature)
        step, promised, steepest = _step(slopes, hessian, now, here)
        done = promised <= tolerance * value + here.floor(loss)
        moved, at, value, stuck = _descend(here, loss, now, step, promised, value, done)
        finished = done | stuck
        objective[active], gradient[active] = value, steepest
        theta[active] = moved
        # A step that promised little and could not descend has met the limits of rounding.
        converged[active] = done | (stuck & (promised <= 1e-7 * (value + here.floor(loss))))
        now = moved
        if finished.any():
            keep = np.flatnonzero(~finished)
            active, here, now, value = active[keep], here.take(keep), now[keep], value[keep]
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
        step = np.nan_to_num(-_solve(hessian, slopes), nan=0.0, posinf=1e30, neginf=-1e30)
    longest = np.abs(step).max(axis=1)
    step *= np.minimum(1.0, _LONGEST / np.maximum(longest, 1e-300))[:, None]
    promised = -np.einsum("bp,bp->b", slopes, step)
    return step, promised, np.abs(slopes).max(axis=1)


def _solve(hessian: Array, right: Array) -> Array:
    """Solve with each Hessian, or where it is not positive definite with its eigenvalues made so."""
    scaled, scale = _scaled(hessian)
    solution, positive = _cholesky_solve(scaled, right / scale)
    rest = np.flatnonzero(~positive)
    if len(rest):
        sound = np.isfinite(scaled[rest]).all(axis=(1, 2), keepdims=True)
        values, vectors = np.linalg.eigh(np.where(sound, scaled[rest], np.eye(scaled.shape[1])))
        size_of = np.abs(values)
        values = np.maximum(size_of, 1e-6 * size_of.max(axis=1, keepdims=True) + 1e-12)
        along = np.einsum("bpk,bp->bk", vectors, (right / scale)[rest])
        solution[rest] = np.einsum("bpk,bk->bp", vectors, along / values)
    return solution / scale


def solve_positive(matrix: Array, right: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Solve a batch of small symmetric systems, and say which were safely positive definite."""
    scaled, scale = _scaled(matrix)
    solution, positive = _cholesky_solve(scaled, right / scale)
    return solution / scale, positive


def _scaled(matrix: Array) -> tuple[Array, Array]:
    """Return matrices scaled to unit diagonal, and the scale."""
    scale = np.sqrt(np.maximum(np.abs(np.einsum("bpp->bp", matrix)), 1e-300))
    return matrix / (scale[:, :, None] * scale[:, None, :]), scale


def _cholesky_solve(matrix: Array, right: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Solve a batch of small symmetric systems, and say which were safely positive definite.

    numpy's own routine refuses a whole batch for one indefinite member; this loops over the few columns instead.
    """
    size = matrix.shape[1]
    factor = np.zeros((size, size, len(matrix)))
    positive = np.ones(len(matrix), dtype=bool)
    for j in range(size):
        pivot = matrix[:, j, j] - sum((factor[j, k] ** 2 for k in range(j)), 0.0)
        positive &= pivot > 1e-11
        root = np.sqrt(np.where(pivot > 1e-11, pivot, 1.0))
        factor[j, j] = root
        for i in range(j + 1, size):
            factor[i, j] = (matrix[:, i, j] - sum((factor[i, k] * factor[j, k] for k in range(j)), 0.0)) / root
    solution = right.T.copy()
    for i in range(size):
        for k in range(i):
            solution[i] -= factor[i, k] * solution[k]
        solution[i] /= factor[i, i]
    for i in reversed(range(size)):
        for k in range(i + 1, size):
            solution[i] -= factor[k, i] * solution[k]
        solution[i] /= factor[i, i]
    return solution.T.copy(), positive


def _descend(
    batch: Batch, loss: Loss, theta: Array, step: Array, promised: Array, value: Array, done: NDArray[np.bool_]
) -> tuple[Array, Evaluation, Array, NDArray[np.bool_]]:
    """Take each step, halved until it descends; say which problems could not."""
    moved = np.clip(theta + step, batch.lower, batch.upper)
    trial = batch.model.evaluate(moved, batch.group)
    reached = _total(loss, trial.values - batch.target, batch.weight)
    failing = np.flatnonzero(~(reached <= value - 1e-4 * promised) & ~done)
    stuck = np.zeros(len(theta), dtype=bool)
    back = np.flatnonzero(done & ~(reached <= value))  # solved already: a last step only if it does no harm
    shrink = 1.0
    for _ in range(_HALVINGS):
        if not len(failing):
            break
        shrink *= 0.5
        here = batch.take(failing)
        candidate = np.clip(theta[failing] + shrink * step[failing], here.lower, here.upper)
        total = _total(loss, here.model.evaluate(candidate, here.group).values - here.target, here.weight)
        good = total <= value[failing] - 1e-4 * shrink * promised[failing]
        moved[failing[good]] = candidate[good]
        reached[failing[good]] = total[good]
        failing = failing[~good]
    stuck[failing] = True
    back = np.concatenate([back, failing])
    moved[back], reached[back] = theta[back], value[back]
    if shrink < 1.0 or len(back):
        trial = batch.model.evaluate(moved, batch.group)
    return moved, trial, reached, stuck
