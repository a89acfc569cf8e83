"""Losses of residuals, always summed: an average shrinks gradients by the number of rows and stops optimisers early.

What to use when: ``mse`` for clean data; ``huber`` where a few rows are far off (delta 1e-3 on log residuals is what
scaling-law papers use, and is nearly ``lad``); ``lad`` for the median. An asymmetry of 0.9 puts nine tenths of the rows
below the fit (with ``lad`` that is quantile regression).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecast.errors import UsageError, did_you_mean

Array = NDArray[np.float64]
LOSSES = {
    "huber": "quadratic up to delta, linear beyond",
    "lad": "absolute residuals: the median, or with an asymmetry another quantile",
    "mse": "squared residuals",
}
#: The width of the quadratic zone that stands for ``lad`` in the end, relative to the scale of the residuals.
LAD_WIDTH = 1e-8


@dataclass(frozen=True)
class Loss:
    """A loss ``rho(residual)`` with its first two derivatives; the residual is fitted minus observed.

    Parameters
    ----------
    name : {"huber", "lad", "mse"}
        ``huber`` is ``r**2 / 2`` inside delta and ``delta (|r| - delta / 2)`` outside, ``lad`` is ``|r|``, ``mse`` is ``r**2``.
    delta : float
        Where huber turns from quadratic to linear; for ``lad`` a zone so narrow that it changes nothing (:meth:`settled`).
    asymmetry : float
        Weight of rows above the fit, as a share; 0.5 treats both sides alike.
    """

    name: str = "mse"
    delta: float = 1e-3
    asymmetry: float = 0.5

    def __post_init__(self) -> None:
        if self.name not in LOSSES:
            message = f"unknown loss {self.name!r}{did_you_mean(self.name, LOSSES)}"
            raise UsageError(message)
        if not (np.isfinite(self.delta) and self.delta > 0):
            message = f"delta {self.delta:g} must be a number above 0"
            raise UsageError(message, hint="1e-3 is usual for log residuals")
        if not 0 < self.asymmetry < 1:
            message = f"asymmetry {self.asymmetry:g} must lie between 0 and 1"
            raise UsageError(message, hint="0.5 treats both sides alike; 0.9 fits the upper decile")

    @property
    def label(self) -> str:
        """The loss in words."""
        name = f"huber {self.delta:g}" if self.name == "huber" else self.name
        return name if self.asymmetry == 0.5 else f"{name}, asymmetry {self.asymmetry:g}"

    def settled(self, scale: float) -> Loss:
        """Return the loss for residuals of a scale: ``lad`` gets its narrow quadratic zone."""
        return replace(self, delta=LAD_WIDTH * scale) if self.name == "lad" else self

    def path(self, scale: float) -> tuple[Loss, ...]:
        """Return ever narrower losses that lead from residuals of a scale to this one.

        With a narrow quadratic zone few rows have curvature at a start far off; each stage starts Newton's method
        inside the basin of the next.
        """
        if self.name == "mse":
            return (self,)
        widths = scale * 10.0 ** -np.arange(0.0, 16.0, 1.0 if self.name == "huber" else 0.5)
        return (*(replace(self, delta=float(width)) for width in widths if width > 2 * self.delta), self)

    def slopes(self, residual: Array) -> tuple[Array, Array]:
        """Return first and second derivative at each residual."""
        if self.name == "mse":
            slope, curvature = 2 * residual, np.full(residual.shape, 2.0)
        else:
            slope = np.clip(residual, -self.delta, self.delta)
            curvature = (slope == residual).astype(float)
            if self.name == "lad":
                slope /= self.delta
                curvature /= self.delta
        if self.asymmetry != 0.5:
            side = self.side(residual)
            slope, curvature = slope * side, curvature * side
        return slope, curvature

    def total(self, residual: Array, weight: Array | None) -> Array:
        """Return the weighted sum over the last axis."""
        if self.name == "mse":
            each = residual * residual
        else:
            slope = np.clip(residual, -self.delta, self.delta)
            each = slope * (residual - 0.5 * slope)
            if self.name == "lad":
                each /= self.delta
        if self.asymmetry != 0.5:
            each *= self.side(residual)
        if weight is None:
            return np.asarray(each.sum(axis=-1))
        return np.asarray(np.einsum("bn,bn->b", each, np.broadcast_to(weight, each.shape)))

    def exact(self, residual: Array, weight: Array) -> Array:
        """Return the objective as it is reported: ``lad`` without its quadratic zone."""
        if self.name != "lad":
            return self.total(residual, weight)
        return np.asarray(np.einsum("bn,bn,bn->b", weight, np.abs(residual), self.side(residual)))

    def side(self, residual: Array) -> Array:
        """Return what each residual's side of the fit weighs."""
        return np.where(residual < 0, 2 * self.asymmetry, 2 - 2 * self.asymmetry)
