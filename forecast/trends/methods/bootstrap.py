"""Pairs bootstrap: lines refitted to members drawn with replacement, plus a residual of the fit.

Reference: Efron and Tibshirani 1993, chapter 9. It makes no assumption on the scatter, and still one on the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.trends._method import Array, FittedTrend, Growth
from forecast.trends.line import Line, fit_line
from forecast.trends.members import Members

#: Refits behind the growth interval; the sampler makes one per draw.
_REFITS = 4000


@dataclass(frozen=True)
class Resampled:
    """Members and the line fitted to them."""

    members: Members
    line: Line

    def _refit(self, draws: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        n = self.members.count
        weight = rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
        centred = self.members.year - self.line.centre
        value = self.members.log_size
        mean_x, mean_y = weight @ centred / n, weight @ value / n
        spread = weight @ centred**2 / n - mean_x**2
        joint = weight @ (centred * value) / n - mean_x * mean_y
        # A resample of one point repeated has no slope; it keeps the fitted one.
        slope = np.where(spread > 1e-12, joint / np.where(spread > 1e-12, spread, 1.0), self.line.slope)
        return mean_x, mean_y, slope

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return predictive draws of new members."""
        mean_x, mean_y, slope = self._refit(draws, rng)
        residual = self.members.log_size - self.line.at(self.members.year)
        residual = residual * np.sqrt(self.line.count / self.line.freedom)
        line = mean_y[:, None] + slope[:, None] * (year[None, :] - self.line.centre - mean_x[:, None])
        return line + rng.choice(residual, size=(draws, 1))

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return percentile intervals of the refitted lines."""
        mean_x, mean_y, slope = self._refit(_REFITS, np.random.default_rng(0))
        lines = mean_y[:, None] + slope[:, None] * (year[None, :] - self.line.centre - mean_x[:, None])
        lower, upper = np.quantile(lines, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return self.line.at(year), lower, upper

    def growth(self, level: float) -> Growth:
        """Return the slope with its percentile interval."""
        slope = self._refit(_REFITS, np.random.default_rng(0))[2]
        lower, upper = np.quantile(slope, [(1 - level) / 2, (1 + level) / 2])
        return Growth(self.line.slope, float(lower), float(upper), "pairs bootstrap, percentile")


class Bootstrap:
    """Pairs bootstrap of the line."""

    summary = "pairs bootstrap of least squares, plus a residual"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit the line that the resamples vary."""
        return FittedTrend(Resampled(members, fit_line(members.year, members.log_size)))


ENTRY = Bootstrap()
