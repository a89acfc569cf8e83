"""How far the coordinates of a fit are uncertain, by theory: least squares, or the sandwich of a robust loss.

Least squares: ``s^2 (J' W J)^-1`` with n - p degrees of freedom. Huber and least absolute deviations: ``K^-1 M K^-1`` with
``M`` the summed outer products of the scores and ``K`` the expected Hessian, whose curvature is the density of the
residuals at zero, taken over a bandwidth (Hall and Sheather 1988): a narrow quadratic zone holds too few rows to count.
Rows that share a run add their scores before the outer product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from forecast.laws._law import Array
from forecast.solve.problem import Problem


@dataclass(frozen=True)
class Covariance:
    """Covariance of the coordinates of each group.

    Parameters
    ----------
    matrix : array of shape (groups, p, p)
        Zero in the rows of fixed coordinates and of those on a bound.
    freedom : array of shape (groups,)
        Degrees of freedom of the Student t that goes with it.
    condition : array of shape (groups,)
        Condition number of the correlation matrix of the design.
    """

    matrix: Array
    freedom: Array
    condition: Array


def covariance(problem: Problem, theta: Array) -> Covariance:
    """Return the covariance at the optima (groups, p)."""
    groups = np.arange(problem.groups)
    size = theta.shape[1]
    matrix = np.zeros((problem.groups, size, size))
    freedom, condition = np.empty(problem.groups), np.empty(problem.groups)
    block = max(1, 2_000_000 // (problem.target.shape[1] * size))
    for first in range(0, problem.groups, block):
        part = groups[first : first + block]
        matrix[part], freedom[part], condition[part] = _block(problem, theta[part], part)
    return Covariance(matrix, freedom, condition)


def _block(problem: Problem, theta: Array, part: NDArray[np.intp]) -> tuple[Array, Array, Array]:
    model, loss = problem.model, problem.loss
    group = None if problem.groups == 1 else part
    target, weight = problem.target[part], problem.weight[part]
    residual = np.where(weight > 0, model.evaluate(theta, group).values - target, 0.0)
    slopes = np.where(weight[..., None] > 0, np.nan_to_num(model.jacobian(theta, group)), 0.0)
    moving = problem.free & (theta > problem.lower + 1e-9) & (theta < problem.upper - 1e-9)
    slopes = slopes * moving[:, None, :]
    count = (weight > 0).sum(axis=1)
    freedom = np.maximum(count - moving.sum(axis=1), 0).astype(float)
    design = np.einsum("gn,gnp,gnq->gpq", weight, slopes, slopes, optimize=True)
    inverse, condition = _invert(design, moving)
    if loss.name == "mse" and loss.asymmetry == 0.5 and problem.cluster is None:
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = np.einsum("gn,gn,gn->g", weight, residual, residual) / freedom
            matrix = variance[:, None, None] * inverse
    else:
        slope, _ = loss.slopes(residual)
        scores = (weight * slope)[..., None] * slopes
        if problem.cluster is not None:
            order = np.argsort(problem.cluster, kind="stable")
            first = np.flatnonzero(np.diff(problem.cluster[order], prepend=-1))
            runs = len(first)
            scores = np.add.reduceat(scores[:, order], first, axis=1) * np.sqrt(runs / max(runs - 1, 1))
            freedom = np.minimum(freedom, runs - 1.0)
        middle = np.einsum("gnp,gnq->gpq", scores, scores)
        curvature = curvature_at(problem, residual, weight, count)
        expected = np.einsum("gn,gn,gnp,gnq->gpq", weight, curvature, slopes, slopes, optimize=True)
        bread, _ = _invert(expected, moving)
        with np.errstate(divide="ignore", invalid="ignore"):
            small = count / np.maximum(count - moving.sum(axis=1), 0.0)
            matrix = (bread @ middle @ bread) * small[:, None, None]
    return np.where(moving[:, :, None] & moving[:, None, :], matrix, 0.0), freedom, condition


def curvature_at(problem: Problem, residual: Array, weight: Array, count: NDArray[np.intp]) -> Array:
    """Return the expected second derivative of the loss at each row (groups, n), by a normal kernel (Powell 1991).

    A row far from the fit says little of the density at zero, so that unequal scatter is allowed for.
    """
    loss = problem.loss
    if loss.name == "mse":
        return np.full(residual.shape, 2.0)
    used = weight > 0
    size = np.where(used, np.abs(residual), np.nan)
    n = np.maximum(count, 2).astype(float)
    # Hall and Sheather's bandwidth at the median, for a 95 % interval, on the scale of the residuals
    share = n ** (-1 / 3) * 1.96 ** (2 / 3) * (1.5 / (2 * np.pi)) ** (1 / 3)
    width = 1.4826 * np.nanmedian(size, axis=1) * ndtri(0.5 + np.minimum(share, 0.45))
    width = np.maximum(np.maximum(width, loss.delta if loss.name == "huber" else 0.0), 1e-300)
    top = loss.delta if loss.name == "huber" else 1.0
    away = np.minimum(np.abs(residual / width[:, None]), 50.0)
    density = np.exp(-0.5 * away**2) / (np.sqrt(2 * np.pi) * width[:, None])
    return np.where(used, 2 * top * density, 0.0)


def _invert(design: Array, moving: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return inverse and condition number, by eigenvalues of the correlation matrix, leaving out what does not move."""
    scale = np.sqrt(np.einsum("gpp->gp", design))
    scale = np.where(moving & (scale > 0), scale, 1.0)
    scaled = design / (scale[:, :, None] * scale[:, None, :])
    diagonal = np.arange(design.shape[1])
    scaled[:, diagonal, diagonal] = np.where(moving, np.einsum("gpp->gp", scaled), 1.0)
    values, vectors = np.linalg.eigh(scaled)
    condition = np.where(values[:, 0] > 0, values[:, -1] / np.maximum(values[:, 0], 1e-300), np.inf)
    values = np.maximum(values, 1e-15 * values[:, -1:])
    inverse = np.einsum("gpk,gk,gqk->gpq", vectors, 1 / values, vectors, optimize=True)
    return inverse / (scale[:, :, None] * scale[:, None, :]), condition
