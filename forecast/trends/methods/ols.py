"""Log-linear least squares with Student-t predictive draws.

Assumes one exponential for the whole span; its intervals have been too narrow in hindcasts where growth changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.trends._method import Array, FittedTrend, Growth
from forecast.trends.line import Line, fit_line
from forecast.trends.members import Members


@dataclass(frozen=True)
class LineTrend:
    """A line as a trend."""

    line: Line

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return predictive draws of new members."""
        mean, scatter = self.line.draw(year, draws, rng)
        return mean + scatter

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return the line with its confidence interval."""
        return (self.line.at(year), *self.line.mean_interval(year, level))

    def growth(self, level: float) -> Growth:
        """Return the slope with its Student-t interval."""
        return Growth(self.line.slope, *self.line.slope_interval(level), "least squares, Student t")


class Ols:
    """Least squares."""

    summary = "log-linear least squares, Student-t predictive"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit one line to all members."""
        return FittedTrend(LineTrend(fit_line(members.year, members.log_size)))


ENTRY = Ols()
