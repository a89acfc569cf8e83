"""A forecast method: the last year's growth goes on, with the scatter of the whole span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.trends._method import Array, FittedTrend, Growth
from forecast.trends.line import Line, fit_line
from forecast.trends.members import Members


@dataclass(frozen=True)
class LastStep:
    """What the method knows once it is fitted; sizes are log10, time is in years."""

    line: Line
    start: float
    level: float

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return draws of a new member's log10 size, of shape (draws, len(year))."""
        mean, scatter = self.line.draw(year, draws, rng)
        return mean - self.line.at(np.array([self.start])) + self.level + scatter

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return middle, lower and upper end of the fitted line."""
        moved = self.level - float(self.line.at(np.array([self.start]))[0])
        low, high = self.line.mean_interval(year, level)
        return self.line.at(year) + moved, low + moved, high + moved

    def growth(self, level: float) -> Growth:
        """Return the slope with its interval, in orders of magnitude a year."""
        return Growth(self.line.slope, *self.line.slope_interval(level), "least squares, through the last year")


class LastStepMethod:
    """What the registry finds."""

    summary = "least squares, moved to the level of the last year"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit to members; raise :class:`forecast.errors.FitError` where there are too few."""
        recent = members.year > members.year.max() - 1
        start = float(members.year[recent].mean())
        return FittedTrend(
            LastStep(fit_line(members.year, members.log_size), start, float(members.log_size[recent].mean()))
        )


ENTRY = LastStepMethod()
