"""What a forecast is compared with, never offered as one: persistence, and the confidence interval of the mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.trends._method import Array, FittedTrend, Growth, Method
from forecast.trends.line import fit_line
from forecast.trends.members import Members
from forecast.trends.methods.ols import LineTrend


@dataclass(frozen=True)
class Still:
    """The members of the last year, drawn again."""

    recent: Array

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return draws of past sizes."""
        return np.broadcast_to(rng.choice(self.recent, size=(draws, 1)), (draws, len(year)))

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return the recent mean and quantiles."""
        bounds = [0.5, (1 - level) / 2, (1 + level) / 2]
        middle, lower, upper = (np.full(len(year), value) for value in np.quantile(self.recent, bounds))
        return middle, lower, upper

    def growth(self, level: float) -> Growth:
        """Return none at all."""
        return Growth(0.0, 0.0, 0.0, "persistence")


class Persistence:
    """The next members are like those of the last year."""

    summary = "the members of the last year, again"
    diagnostic = True

    def fit(self, members: Members) -> FittedTrend:
        """Keep the members of the last year, or the last three."""
        order = np.argsort(members.year, kind="stable")
        recent = members.log_size[members.year > members.origin - 1]
        return FittedTrend(Still(recent if len(recent) >= 3 else members.log_size[order[-3:]]))


class LineOnly(LineTrend):
    """The line without the scatter about it."""

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return draws of the line."""
        return self.line.draw(year, draws, rng)[0]


class MeanInterval:
    """The error this field makes: the confidence interval of the mean taken for a forecast."""

    summary = "confidence interval of the mean, wrongly taken for a forecast"
    diagnostic = True

    def fit(self, members: Members) -> FittedTrend:
        """Fit the line."""
        return FittedTrend(LineOnly(fit_line(members.year, members.log_size)))


BASELINES: dict[str, Method] = {"persistence": Persistence(), "mean_ci": MeanInterval()}
