"""The last step of least absolute deviations: an optimum passes exactly through as many rows as coordinates move.

The solver's narrow quadratic zone leaves those rows within its width; Newton's method on "these residuals are zero"
removes it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array
from forecast.solve.losses import Loss
from forecast.solve.newton import Batch

_STEPS = 4
#: Residuals this small against the outputs are rounding errors.
_ROUNDING = 1e-12
#: Stands for a residual that is no number.
_FAR = 1e150


def polish(batch: Batch, loss: Loss, theta: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return coordinates moved onto the vertex next to each where that is no worse, and which are optima there.

    At an optimum some subgradient vanishes: the rows on the fit can balance the slopes of all others with multipliers
    within their weights.

    Parameters
    ----------
    batch : Batch
        The problems.
    loss : Loss
        A settled ``lad``.
    theta : array of shape (batch, p)
        Optima of the loss with its quadratic zone.
    """
    weight = np.broadcast_to(batch.weight, (len(theta), batch.weight.shape[-1]))
    target = np.broadcast_to(batch.target, weight.shape)
    moving = (theta > batch.lower) & (theta < batch.upper)
    most = int(moving.sum(axis=1).max())
    if not 0 < most <= weight.shape[1]:
        return theta, np.zeros(len(theta), dtype=bool)

    def residuals(at: Array) -> Array:
        values = np.where(weight > 0, batch.model.evaluate(at, batch.group).values - target, 0.0)
        return np.where(np.isfinite(values), values, _FAR)

    def jacobian(at: Array) -> Array:
        slopes = np.where(weight[..., None] > 0, batch.model.jacobian(at, batch.group), 0.0)
        return np.where(np.isfinite(slopes), slopes, 0.0) * moving[:, None, :]

    before = residuals(theta)
    rows = np.argsort(np.where(weight > 0, np.abs(before), np.inf), axis=1, kind="stable")[:, :most]
    # a coordinate that does not move takes an equation of its own away
    square = np.arange(most)[None, :] < moving.sum(axis=1)[:, None]
    moved = theta.copy()
    for _ in range(_STEPS):
        slopes = jacobian(moved)
        held = np.take_along_axis(slopes, rows[:, :, None], axis=1) * square[:, :, None]
        inverse = np.linalg.pinv(held)
        moved = moved - np.einsum("bpn,bn->bp", inverse, np.take_along_axis(residuals(moved), rows, axis=1) * square)
    moved = np.clip(moved, batch.lower, batch.upper)
    with np.errstate(all="ignore"):
        after = residuals(moved)
        better = loss.exact(after, weight) <= loss.exact(before, weight) * (1 + 1e-12)
        rest = weight * np.sign(after) * loss.side(after)
        np.put_along_axis(rest, rows, np.where(square, 0.0, np.take_along_axis(rest, rows, axis=1)), axis=1)
        pull = np.einsum("bn,bnp->bp", rest, slopes)
        multiplier = -np.einsum("bpn,bp->bn", inverse, pull)
        given = np.take_along_axis(weight, rows, axis=1)
        low, high = -2 * loss.asymmetry * given, 2 * (1 - loss.asymmetry) * given
        slack = 1e-9 * given
        inside = ((multiplier >= low - slack) & (multiplier <= high + slack)) | ~square
    exact = np.abs(after).max(axis=1) <= _ROUNDING * (1 + np.abs(target).max(axis=1))
    return np.where(better[:, None], moved, theta), better & (inside.all(axis=1) | exact)
