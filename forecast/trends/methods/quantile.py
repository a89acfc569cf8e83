"""Quantile regression: a line for each of many quantiles, whose spread at a date is the forecast.

It lets the scatter grow or shrink with time and carries no uncertainty of the lines themselves, so its intervals are
too narrow: in hindcasts 90 % intervals held well under 90 %. Reference: Koenker and Bassett 1978, Econometrica 46, 33.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.errors import FitError
from forecast.trends._method import Array, FittedTrend, Growth
from forecast.trends.line import fit_line
from forecast.trends.members import Members

_PROBABILITIES = np.array(
    [0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975]
)
_MINIMUM = 10


@dataclass(frozen=True)
class QuantileLines:
    """Levels and slopes of the lines, one per probability, about a centre; the median line's slope error."""

    levels: Array
    slopes: Array
    centre: float
    slope_se: float

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return draws by inverting the (sorted) quantile lines at each date."""
        lines = np.sort(self.levels[:, None] + self.slopes[:, None] * (year[None, :] - self.centre), axis=0)
        uniform = rng.uniform(size=draws)
        return np.stack([np.interp(uniform, _PROBABILITIES, line) for line in lines.T], axis=1)

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return the median line with the interval of its slope."""
        growth = self.growth(level)
        ahead = year - self.centre
        middle = float(self.levels[_PROBABILITIES == 0.5][0])
        one, other = middle + growth.lower * ahead, middle + growth.upper * ahead
        return middle + growth.slope * ahead, np.minimum(one, other), np.maximum(one, other)

    def growth(self, level: float) -> Growth:
        """Return the slope of the median line with its asymptotic interval."""
        from scipy.special import ndtri

        slope = float(self.slopes[_PROBABILITIES == 0.5][0])
        half = float(ndtri((1 + level) / 2)) * self.slope_se
        return Growth(slope, slope - half, slope + half, "median regression, asymptotic")


class Quantile:
    """Quantile regression."""

    summary = "quantile regression, spread only"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit every quantile line through statsmodels."""
        fit_line(members.year, members.log_size)
        if members.count < _MINIMUM:
            message = f"quantile regression needs at least {_MINIMUM} points; there are {members.count}"
            raise FitError(message, hint="use --method ols")
        import warnings

        from statsmodels.regression.quantile_regression import QuantReg

        centre = float(members.year.mean())
        design = np.column_stack([np.ones(members.count), members.year - centre])
        model = QuantReg(members.log_size, design)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # iteration limits at extreme quantiles of few points
            fits = [model.fit(q=probability, max_iter=5000) for probability in _PROBABILITIES]
        levels = np.array([fit.params[0] for fit in fits])
        slopes = np.array([fit.params[1] for fit in fits])
        middle = fits[int(np.flatnonzero(_PROBABILITIES == 0.5)[0])]
        return FittedTrend(QuantileLines(levels, slopes, centre, float(middle.bse[1])))


ENTRY = Quantile()
