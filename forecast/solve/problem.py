"""What is to be fitted: a model, a loss, outputs and weights; one set of rows, or many groups padded to one length."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array, Model
from forecast.solve.losses import LAD_WIDTH, Loss
from forecast.solve.newton import ITERATIONS, TOLERANCE, Batch, Solution, minimise
from forecast.solve.vertex import polish

#: Iterations of what need not come to rest: a start among many, a wider loss on the way to a narrower one.
STAGE = 80


@dataclass(frozen=True)
class Problem:
    """One or more fits of the same law with the same loss.

    Parameters
    ----------
    model : Model
        The law bound to inputs of shape (groups, n).
    loss : Loss
        What is summed.
    target, weight : array of shape (groups, n)
        Outputs in the model's space, and weights; rows that only pad have weight 0.
    lower, upper : array of shape (p,)
        Bounds of the coordinates; equal ones fix a coordinate.
    cluster : array of int of shape (n,), optional
        Which rows share a run (one group only).
    """

    model: Model
    loss: Loss
    target: Array
    weight: Array
    lower: Array
    upper: Array
    cluster: NDArray[np.intp] | None = None

    @property
    def groups(self) -> int:
        """Number of fits."""
        return len(self.target)

    @property
    def linear(self) -> bool:
        """Whether a fit is linear least squares."""
        return self.model.linear and self.loss.name == "mse" and self.loss.asymmetry == 0.5

    @property
    def counts(self) -> NDArray[np.intp]:
        """Rows of each group that count."""
        return np.asarray((self.weight > 0).sum(axis=1))

    @property
    def free(self) -> NDArray[np.bool_]:
        """Coordinates that are fitted."""
        return self.upper > self.lower

    def settled(self, scale: float) -> Problem:
        """Return the problem with a loss for residuals of a scale: see :meth:`forecast.solve.losses.Loss.settled`."""
        return replace(self, loss=self.loss.settled(scale))

    def only(self, group: int) -> Problem:
        """Return one of the groups as a problem of its own; its model still holds all groups."""
        return replace(self, target=self.target[group : group + 1], weight=self.weight[group : group + 1])

    def batch(
        self, group: NDArray[np.intp], *, weight: Array | None = None, target: Array | None = None,
        lower: Array | None = None, upper: Array | None = None,
    ) -> Batch:  # fmt: skip
        """Return a batch with a problem for each entry of `group`; other weights or outputs stand in for its own."""
        alone = len(self.target) == 1
        return Batch(
            self.model,
            target if target is not None else (self.target[0] if alone else self.target[group]),
            weight if weight is not None else (self.weight[0] if alone else self.weight[group]),
            self.lower if lower is None else lower,
            self.upper if upper is None else upper,
            None if alone else group,
        )

    def refit(
        self, start: Array, group: NDArray[np.intp] | None = None, *, weight: Array | None = None,
        target: Array | None = None, lower: Array | None = None, upper: Array | None = None, iterations: int = ITERATIONS,
    ) -> Solution:  # fmt: skip
        """Minimise a batch, each problem from its start."""
        rows = np.zeros(len(start), dtype=int) if group is None else group
        batch = self.batch(rows, weight=weight, target=target, lower=lower, upper=upper)
        if self.loss.name == "lad":
            # without curvature but in its narrow zone, it is reached through wider ones only
            found = follow(batch, self.loss.path(self.loss.delta / LAD_WIDTH), start, iterations=STAGE)
            theta, optimal = polish(batch, self.loss, found.theta)
            gradient = np.where(optimal, 0.0, found.gradient)
            return replace(found, theta=theta, converged=found.converged | optimal, gradient=gradient)
        return minimise(batch, self.loss, start, iterations=iterations)


def follow(
    batch: Batch, path: tuple[Loss, ...], start: Array, *, tolerance: float = TOLERANCE, iterations: int = ITERATIONS
) -> Solution:
    """Minimise under each loss of a path in turn, from where the one before ended; only the last to the tolerance."""
    for loss in path[:-1]:
        start = minimise(batch, loss, start, tolerance=max(tolerance, 1e-6), iterations=STAGE).theta
    return minimise(batch, path[-1], start, tolerance=tolerance, iterations=iterations)
