"""Random walk with drift on the yearly levels of the members.

The levels are means over the years counted back from the origin; drift and its scatter come from their steps, with
Student-t uncertainty, and a new member scatters about the level as members did within a year. It follows changes of
pace that one line does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from forecast.data.constants import constant
from forecast.errors import FitError
from forecast.trends._method import Array, FittedTrend, Growth
from forecast.trends.members import Members


@dataclass(frozen=True)
class Walk:
    """A fitted walk: last level and where it stands, yearly drift, its scatter over `steps` steps, members' scatter."""

    middle: float
    level: float
    drift: float
    step_sd: float
    steps: int
    scatter: float

    def _ahead(self, year: Array) -> Array:
        return year - self.middle

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return predictive draws of new members."""
        ahead = self._ahead(year)[None, :]
        freedom = self.steps - 1
        sd = self.step_sd * np.sqrt(freedom / rng.chisquare(freedom, (draws, 1)))
        normal = rng.standard_normal((3, draws, 1))
        drift = self.drift + sd * normal[0] / np.sqrt(self.steps)
        path = sd * normal[1] * np.sqrt(np.maximum(ahead, 0.0))
        return np.asarray(self.level + drift * ahead + path + self.scatter * normal[2])

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return the drift line with the interval of the drift."""
        growth = self.growth(level)
        ahead = self._ahead(year)
        one, other = self.level + growth.lower * ahead, self.level + growth.upper * ahead
        return self.level + self.drift * ahead, np.minimum(one, other), np.maximum(one, other)

    def growth(self, level: float) -> Growth:
        """Return the mean yearly step with its Student-t interval."""
        half = float(stdtrit(self.steps - 1, (1 + level) / 2)) * self.step_sd / float(np.sqrt(self.steps))
        return Growth(self.drift, self.drift - half, self.drift + half, "mean yearly step, Student t")


class RandomWalk:
    """Random walk with drift."""

    summary = "random walk with drift on yearly levels"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit to the yearly steps."""
        minimum = int(constant("random_walk_minimum_steps"))
        middle, level, scatter = members.yearly_levels
        steps = len(level) - 1
        if steps < minimum:
            message = (
                f"a random walk needs {minimum} yearly steps; {len(level)} of the years before the origin hold members"
            )
            raise FitError(message, hint="use --method ols, or data over more years")
        rate = np.diff(level) / np.diff(middle)
        walk = Walk(float(middle[-1]), float(level[-1]), float(rate.mean()), float(rate.std(ddof=1)), steps, scatter)
        return FittedTrend(walk)


ENTRY = RandomWalk()
