"""A metric given others: linear regression in log space with Student-t predictive draws for any number of inputs.

``log10(y) = b0 + b1 (x1 - mean) + … + scatter``, as the line of :mod:`forecast.trends.line` with several inputs: the
links of the coherent forecast (parameters given compute, cost given compute and date). Inputs are centred before
fitting. Reference: Gelman et al. 2013, Bayesian Data Analysis, section 14.2 (noninformative prior).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.errors import FitError

Array = NDArray[np.float64]
_WORST_CONDITION = 1e8


@dataclass(frozen=True)
class Conditional:
    """A fitted regression.

    Parameters
    ----------
    coefficients : array of shape (k + 1,)
        Level at the centre, then one slope per input.
    centre : array of shape (k,)
        Means of the inputs.
    root : array of shape (k + 1, k + 1)
        Cholesky factor of the coefficients' covariance divided by the residual variance.
    residual_sd : float
        OOM, with `freedom` degrees of freedom.
    freedom, count : int
        Degrees of freedom, and points fitted.
    r2 : float
        Share of variance explained.
    names : tuple of str
        Of the inputs.
    """

    coefficients: Array
    centre: Array
    root: Array
    residual_sd: float
    freedom: int
    count: int
    r2: float
    names: tuple[str, ...] = ()

    def draw(self, draws: int, rng: np.random.Generator) -> DrawnConditional:
        """Draw regressions, each with the scatter that a new model adds to it."""
        sd = self.residual_sd * np.sqrt(self.freedom / rng.chisquare(self.freedom, (draws, 1)))
        normal = rng.standard_normal((draws, len(self.coefficients)))
        drawn = self.coefficients + sd * (normal @ self.root.T)
        return DrawnConditional(drawn, self.centre, (sd * rng.standard_normal((draws, 1)))[:, 0])

    def at(self, *inputs: Array) -> Array:
        """Return the fitted log10 value at inputs of any one shape."""
        return np.asarray(
            self.coefficients[0]
            + sum(b * (x - c) for b, x, c in zip(self.coefficients[1:], inputs, self.centre, strict=True))
        )


@dataclass(frozen=True)
class DrawnConditional:
    """Drawn regressions: coefficients of shape (draws, k + 1), centre of the inputs, scatter of shape (draws,)."""

    coefficients: Array
    centre: Array
    scatter: Array

    def at(self, *inputs: Array) -> Array:
        """Return log10 values at inputs that broadcast to (draws, dates), one draw a row."""
        value = self.coefficients[:, :1] + self.scatter[:, None]
        for column, (given, middle) in enumerate(zip(inputs, self.centre, strict=True), start=1):
            value = value + self.coefficients[:, column : column + 1] * (given - middle)
        return np.asarray(value)


def fit_conditional(log_value: Array, inputs: dict[str, Array], what: str) -> Conditional:
    """Fit by least squares.

    Parameters
    ----------
    log_value : array of shape (n,)
        log10 of the metric.
    inputs : dict of arrays of shape (n,)
        What it is given: name -> log10 values, or decimal years.
    what : str
        The link's name, for messages.

    Raises
    ------
    FitError
        With too few points, or inputs that cannot be told apart.

    Examples
    --------
    >>> x = np.array([0.0, 1.0, 2.0, 3.0])
    >>> fit = fit_conditional(1 + 2 * x, {"x": x}, "line")
    >>> [round(float(value), 9) for value in fit.coefficients]
    [4.0, 2.0]
    """
    count, size = len(log_value), len(inputs) + 1
    if count < size + 2:
        message = f"{what}: {count} points are too few to fit {size} coefficients and their scatter"
        raise FitError(message, hint=f"at least {size + 2} models must state the figures; widen --since")
    columns = np.column_stack(list(inputs.values()))
    centre = columns.mean(axis=0)
    design = np.column_stack([np.ones(count), columns - centre])
    spread = design / np.maximum(np.linalg.norm(design, axis=0), 1e-300)
    if np.linalg.cond(spread) > _WORST_CONDITION:
        message = f"{what}: {' and '.join(inputs)} cannot be told apart in the {count} models"
        raise FitError(message, hint="widen --since, so that they vary separately")
    coefficients, *_ = np.linalg.lstsq(design, log_value, rcond=None)
    residual = log_value - design @ coefficients
    freedom = count - size
    rss = float(residual @ residual)
    about = log_value - log_value.mean()
    total = float(about @ about)
    root = np.linalg.cholesky(np.linalg.inv(design.T @ design))
    r2 = 1 - rss / total if total > 0 else 0.0
    return Conditional(coefficients, centre, root, float(np.sqrt(rss / freedom)), freedom, count, r2, tuple(inputs))
