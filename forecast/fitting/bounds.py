"""From draws, or from the covariance, to estimates with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from forecast.laws._law import Array, Model

#: Half-width of the differences that carry a covariance to what follows from the coordinates.
_STEP = 1e-5


@dataclass(frozen=True)
class Estimate:
    """A number with its standard error and an interval.

    Parameters
    ----------
    estimate, se : float
        In natural scale; the standard error is NaN for a value that was given.
    lower, upper : float
        The interval.
    level : float
        The probability inside it.
    """

    estimate: float
    se: float
    lower: float
    upper: float
    level: float


@dataclass(frozen=True)
class Theory:
    """The limiting distribution of the coordinates of each group: where, how wide, with how many degrees of freedom.

    Parameters
    ----------
    model : Model
        Whose coordinates they are.
    theta, covariance, freedom : array of shape (groups, p), (groups, p, p), (groups,)
        Optima, covariances, degrees of freedom.
    """

    model: Model
    theta: Array
    covariance: Array
    freedom: Array

    def _slopes(self, function: Callable[[Array], Array]) -> tuple[Array, Array]:
        """Return values (groups, k) and standard errors (groups, k) of a function of the law's parameters."""
        groups, size = self.theta.shape
        here = function(self.model.natural(self.theta))
        slopes = np.zeros((groups, size, here.shape[1]))
        moving = np.einsum("gpp->gp", self.covariance) > 0
        for j in range(size):
            step = np.zeros(size)
            step[j] = _STEP
            ahead, behind = (function(self.model.natural(self.theta + s)) for s in (step, -step))
            with np.errstate(invalid="ignore", over="ignore"):  # what is not finite has no error, and no interval
                slopes[:, j] = np.where(moving[:, j, None], (ahead - behind) / (2 * _STEP), 0.0)
        with np.errstate(invalid="ignore", over="ignore"):
            variance = np.einsum("gpk,gpq,gqk->gk", slopes, self.covariance, slopes, optimize=True)
        return here, np.sqrt(np.maximum(variance, 0.0))

    def interval(
        self, function: Callable[[Array], Array], levels: tuple[float, ...], *, extra: float = 0.0, logs: bool = True
    ) -> tuple[Array, Array]:
        """Return standard errors (groups, k) and bounds (groups, levels, 2, k).

        Parameters
        ----------
        function : callable
            Parameters (batch, p) to values (batch, k).
        levels : tuple of float
            Probabilities inside.
        extra : float
            A standard deviation to add, on the scale of the bounds.
        logs : bool
            Take bounds on a log scale where values are positive, so that they stay positive.
        """
        here = function(self.model.natural(self.theta))
        logarithm = (here > 0).all(axis=0) & logs

        def scaled(parameters: Array) -> Array:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = function(parameters)
                return np.where(logarithm, np.log(np.where(logarithm, values, 1.0)), values)

        middle, error = self._slopes(scaled)
        error = np.hypot(error, extra)
        half = stdtrit(np.maximum(self.freedom, 1.0)[:, None], (1 + np.array(levels)) / 2)[:, :, None] * error[:, None]
        bounds = np.stack([middle[:, None] - half, middle[:, None] + half], axis=2)
        with np.errstate(over="ignore"):
            bounds = np.where(logarithm, np.exp(np.where(logarithm, bounds, 0.0)), bounds)
            return error * np.where(logarithm, here, 1.0), bounds


def quantiles(draws: Array, levels: tuple[float, ...]) -> Array:
    """Return percentile bounds (levels, 2, …) of draws along the first axis, leaving out failed ones."""
    tails = np.array([[(1 - level) / 2, (1 + level) / 2] for level in levels])
    good = draws[np.isfinite(draws).all(axis=tuple(range(1, draws.ndim)))]
    if not len(good):
        return np.full((*tails.shape, *draws.shape[1:]), np.nan)
    return np.asarray(np.quantile(good, tails, axis=0))


def bca(draws: Array, estimate: Array, jackknife: Array, levels: tuple[float, ...]) -> Array:
    """Return bias-corrected and accelerated bounds (levels, 2, k) (Efron 1987).

    Parameters
    ----------
    draws : array of shape (draws, k)
        Bootstrap values.
    estimate : array of shape (k,)
        Values of the fit.
    jackknife : array of shape (n, k)
        Values with each row (or run) left out.
    levels : tuple of float
        Probabilities inside.
    """
    good = draws[np.isfinite(draws).all(axis=1)]
    below = (good < estimate).mean(axis=0) + 0.5 * (good == estimate).mean(axis=0)
    bias = ndtri(np.clip(below, 1 / (len(good) + 1), len(good) / (len(good) + 1)))
    pull = np.nanmean(jackknife, axis=0) - jackknife
    square = np.nansum(pull**2, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = np.where(square > 0, np.nansum(pull**3, axis=0) / (6 * square**1.5), 0.0)
    result = np.empty((len(levels), 2, draws.shape[1]))
    for i, level in enumerate(levels):
        for j, tail in enumerate(((1 - level) / 2, (1 + level) / 2)):
            moved = bias + ndtri(tail)
            share = ndtr(bias + moved / np.maximum(1 - speed * moved, 1e-6))
            for k in range(draws.shape[1]):
                result[i, j, k] = np.quantile(good[:, k], share[k])
    return result


def stacked(derived: Mapping[str, Array], count: int) -> Array:
    """Return derived quantities as columns (batch, k)."""
    return np.stack(list(derived.values()), axis=-1) if derived else np.empty((count, 0))
