"""The default: equal parts of the line and of the random walk.

Half the draws come from least squares on all members, half from a random walk with drift on the yearly levels: one pace
for the whole span, or a pace that changes. In hindcasts this pool had the lowest CRPS of the methods whose 80 and 90 %
intervals held what they say; ``forecast backtest --method all`` prints the present figures.
Reference: Hall and Mitchell 2007, Int. J. Forecasting 23, 1, on pools of densities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.errors import FitError
from forecast.notes import Note
from forecast.trends._method import Array, FittedTrend, Growth, Trend
from forecast.trends.line import fit_line
from forecast.trends.members import Members
from forecast.trends.methods.ols import LineTrend
from forecast.trends.methods.random_walk import ENTRY as RANDOM_WALK


@dataclass(frozen=True)
class Pool:
    """Equal shares of draws from several trends; the line of the first is shown."""

    parts: tuple[Trend, ...]

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return predictive draws of new members, in random order of their parts."""
        sizes = [len(part) for part in np.array_split(np.arange(draws), len(self.parts))]
        streams = rng.spawn(len(self.parts))
        drawn = [part.sample(year, n, stream) for part, n, stream in zip(self.parts, sizes, streams, strict=True)]
        return np.asarray(rng.permutation(np.concatenate(drawn), axis=0))

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return the fitted line of the regression part."""
        return self.parts[0].mean_interval(year, level)

    def growth(self, level: float) -> Growth:
        """Return the slope of the regression part."""
        return self.parts[0].growth(level)


class PoolMethod:
    """Line and random walk."""

    summary = "equal parts of least squares and of a random walk, by draws"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit both; with too few years for the walk, the line alone, saying so."""
        line = LineTrend(fit_line(members.year, members.log_size))
        try:
            walk = RANDOM_WALK.fit(members).trend
        except FitError as error:
            note = Note("line-only", "info", f"the forecast rests on the line alone: {error.message}")
            return FittedTrend(Pool((line,)), (note,))
        return FittedTrend(Pool((line, walk)))


ENTRY = PoolMethod()
