"""Starts of a sum of power terms by variable projection (Golub and Pereyra 1973).

Given the exponents a sum of terms is linear in its coefficients, so a grid over the exponents alone, with the best
coefficients at each point by weighted least squares, covers the whole space.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array
from forecast.laws._space import out_of, slope

if TYPE_CHECKING:
    from forecast.laws._terms import TermModel

#: A coefficient that least squares would make negative starts at this share of the mean output.
_SMALL = 1e-3
#: Rows times grid points worked on at once.
_BLOCK = 2_000_000


def project(model: TermModel, target: Array, weight: Array, group: NDArray[np.intp]) -> Array:
    """Return starting coordinates (groups, grid points, p).

    Parameters
    ----------
    model : TermModel
        The law bound to its inputs.
    target, weight : array of shape (groups, n)
        Outputs in the model's space, and their weights.
    group : array of shape (groups,)
        Which row of the inputs each has.
    """
    coefficients = [columns[0] for columns in model._columns]
    exponents = [j for j in range(len(model.names)) if j not in coefficients]
    grid = np.array(list(itertools.product(*(model.law.parameters[j].grid for j in exponents)))).reshape(
        -1, len(exponents)
    )
    theta = np.zeros((len(target), len(grid), len(model.names)))
    theta[:, :, exponents] = grid
    rows = max(1, _BLOCK // (len(grid) * model.count))
    for first in range(0, len(target), rows):
        part = slice(first, first + rows)
        theta[part][:, :, coefficients] = _coefficients(model, theta[part], target[part], weight[part], group[part])
    return theta


def _coefficients(model: TermModel, theta: Array, target: Array, weight: Array, group: NDArray[np.intp]) -> Array:
    basis = []
    for columns, features in zip(model._columns, model._features, strict=True):
        form = sum(
            (
                theta[:, :, j, None] * feature[group][:, None, :]
                for j, feature in zip(columns[1:], features, strict=True)
            ),
            np.zeros((*theta.shape[:2], model.count)),
        )
        basis.append(np.exp(np.clip(form, -300, 300)))
    design = np.stack(basis, axis=-1)
    output = out_of(target, model.space)
    # relative residuals stand in for residuals of logarithms
    weight = weight * np.asarray(slope(output, model.space)) ** 2
    heavy = design * weight[:, None, :, None]
    normal = np.swapaxes(design, -1, -2) @ heavy
    right = np.einsum("gmnk,gn->gmk", heavy, output)
    scale = np.sqrt(np.maximum(np.einsum("gmkk->gmk", normal), 1e-300))
    return np.log(_solve_positive(normal, right, scale))


def _solve_positive(normal: Array, right: Array, scale: Array) -> Array:
    """Solve least squares in each of a batch; a coefficient that comes out negative is made small, and the rest solved again."""
    size = normal.shape[-1]
    normal = normal / (scale[..., :, None] * scale[..., None, :])
    right = right / scale
    small = _SMALL * np.abs(right).max(axis=-1, keepdims=True) + 1e-300
    free = np.ones(right.shape, dtype=bool)
    solution: Array = right
    for _ in range(size):
        kept = normal * (free[..., :, None] & free[..., None, :])
        kept = kept + np.eye(size) * np.where(free, 1e-10, 1.0)[..., None]
        solution = np.asarray(np.linalg.solve(kept, (right * free)[..., None])[..., 0], dtype=float)
        negative = free & (solution < small)
        if not negative.any():
            break
        # the most negative first, so that a term is not dropped for the sake of another
        free &= ~(negative & (solution <= np.where(free, solution, np.inf).min(axis=-1, keepdims=True)))
    return np.asarray(np.maximum(solution, small) / scale)
