"""Theil and Sen's line: the median of all pairwise slopes, robust to outliers.

Draws of the slope invert Kendall's test: the slope at probability p is the order statistic of the pairwise slopes at
rank ``(M + z_p sqrt(V)) / 2``. Reference: Sen 1968, J. Am. Stat. Assoc. 63, 1379.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from forecast.trends._method import Array, FittedTrend, Growth
from forecast.trends.line import fit_line
from forecast.trends.members import Members

#: All pairs of more points than this would not fit in memory; a fixed random subset stands for them.
_MAX_POINTS = 2000


@dataclass(frozen=True)
class RobustLine:
    """Sorted pairwise slopes, the standard deviation of Kendall's score, the centre, the level there, residuals."""

    slopes: Array
    score_sd: float
    centre: float
    level: float
    residuals: Array

    def _slope_at(self, z: Array) -> Array:
        rank = (len(self.slopes) + z * self.score_sd) / 2 - 0.5
        return np.interp(rank, np.arange(len(self.slopes)), self.slopes)

    @property
    def _slope(self) -> float:
        return float(np.median(self.slopes))

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return predictive draws of new members: a drawn slope about the centre, plus a residual."""
        slope = self._slope_at(rng.standard_normal(draws))
        line = self.level + slope[:, None] * (year[None, :] - self.centre)
        return np.asarray(line + rng.choice(self.residuals, size=(draws, 1)))

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return the line with the interval of its slope."""
        growth = self.growth(level)
        ahead = year - self.centre
        one, other = self.level + growth.lower * ahead, self.level + growth.upper * ahead
        return self.level + growth.slope * ahead, np.minimum(one, other), np.maximum(one, other)

    def growth(self, level: float) -> Growth:
        """Return the median slope with Sen's interval."""
        z = float(ndtri((1 + level) / 2))
        lower, upper = self._slope_at(np.array([-z, z]))
        return Growth(self._slope, float(lower), float(upper), "Theil-Sen, Kendall")


class TheilSen:
    """Robust line."""

    summary = "Theil-Sen line with resampled residuals"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit the median slope."""
        fit_line(members.year, members.log_size)  # the same demands on the data as any line
        year, value = members.year, members.log_size
        if members.count > _MAX_POINTS:
            chosen = np.random.default_rng(0).choice(members.count, _MAX_POINTS, replace=False)
            year, value = year[chosen], value[chosen]
        i, j = np.triu_indices(len(year), 1)
        apart = year[i] != year[j]
        i, j = i[apart], j[apart]
        slopes = np.sort((value[j] - value[i]) / (year[j] - year[i]))
        slope = float(np.median(slopes))
        centre = float(np.median(year))
        level = float(np.median(value - slope * (year - centre)))
        residuals = members.log_size - level - slope * (members.year - centre)
        return FittedTrend(RobustLine(slopes, _kendall_sd(year), centre, level, residuals))


def _kendall_sd(year: Array) -> float:
    ties = np.unique(year, return_counts=True)[1].astype(float)
    n = float(len(year))
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    return float(np.sqrt(variance))


ENTRY = TheilSen()
