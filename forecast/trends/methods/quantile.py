"""Quantile regression: a line for each of many quantiles, whose spread at a date is the forecast.

It lets the scatter grow or shrink with time and carries no uncertainty of the lines themselves, so its intervals are
too narrow: in hindcasts 90 % intervals held well under 90 %. Each line is the linear programme of Koenker and Bassett
1978, Econometrica 46, 33, solved exactly by HiGHS through scipy; statsmodels' iterations agree and take 30 times longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from forecast.errors import FitError
from forecast.trends._method import Array, FittedTrend, Growth
from forecast.trends.line import fit_line
from forecast.trends.members import Members

_PROBABILITIES = np.array(
    [0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975]
)
_MEDIAN = int(np.flatnonzero(_PROBABILITIES == 0.5)[0])
_MINIMUM = 10


@dataclass(frozen=True)
class QuantileLines:
    """Levels and slopes of the lines, one per probability, about the members' mean year."""

    members: Members
    levels: Array
    slopes: Array

    def _ahead(self, year: Array) -> Array:
        return year - float(self.members.year.mean())

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return draws by inverting the (sorted) quantile lines at each date; nothing lies outside the outer lines."""
        lines = np.sort(self.levels[:, None] + self.slopes[:, None] * self._ahead(year)[None, :], axis=0)
        uniform = rng.uniform(size=draws)
        return np.stack([np.interp(uniform, _PROBABILITIES, line) for line in lines.T], axis=1)

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return the median line with the interval of its slope."""
        growth = self.growth(level)
        ahead = self._ahead(year)
        middle = float(self.levels[_MEDIAN])
        one, other = middle + growth.lower * ahead, middle + growth.upper * ahead
        return middle + growth.slope * ahead, np.minimum(one, other), np.maximum(one, other)

    def growth(self, level: float) -> Growth:
        """Return the slope of the median line with statsmodels' asymptotic interval."""
        import warnings

        from scipy.special import ndtri
        from statsmodels.regression.quantile_regression import QuantReg

        design = np.column_stack([np.ones(self.members.count), self._ahead(self.members.year)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the line itself is exact; only its standard error is taken
            error = float(QuantReg(self.members.log_size, design).fit(q=0.5, max_iter=5000).bse[1])
        slope = float(self.slopes[_MEDIAN])
        half = float(ndtri((1 + level) / 2)) * error
        return Growth(slope, slope - half, slope + half, "median regression, asymptotic")


class Quantile:
    """Quantile regression."""

    summary = "quantile regression, spread only"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit every quantile line."""
        fit_line(members.year, members.log_size)  # the same demands on the data as any line
        if members.count < _MINIMUM:
            message = f"quantile regression needs at least {_MINIMUM} points; there are {members.count}"
            raise FitError(message, hint="use --method ols")
        ahead = members.year - members.year.mean()
        lines = np.array([_quantile_line(ahead, members.log_size, p) for p in _PROBABILITIES])
        return FittedTrend(QuantileLines(members, lines[:, 0], lines[:, 1]))


def _quantile_line(ahead: Array, value: Array, probability: float) -> Array:
    # The dual has two constraints, whose multipliers are the level and the slope.
    design = np.stack([np.ones_like(ahead), ahead])
    solved = linprog(-value, A_eq=design, b_eq=(1 - probability) * design.sum(axis=1), bounds=(0, 1), method="highs")
    return -np.asarray(solved.eqlin.marginals)


ENTRY = Quantile()
