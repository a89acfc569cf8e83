"""Random walk with drift on the yearly levels of the members.

The levels are means over the years counted back from the origin; the drift is the mean of their steps, and a new
member scatters about the level as members did within a year. It follows changes of pace that one line does not.

The mean of a year of few members is uncertain, and its error is no step of the walk: its expected share is taken out
of the scatter of the steps. Of few steps little can be said even then: alone, three steps have the tails of Student's t with two degrees of
freedom. So the variance of a step has a conjugate (scaled inverse chi-squared) prior worth a few steps, from constants:
the posterior has ``steps - 1 + weight`` degrees of freedom and the weighted mean of both variances.
Reference: Gelman et al. 2013, Bayesian Data Analysis, section 3.2.
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
    """A fitted walk: last level and where it stands, yearly drift over `steps` steps, their scatter, members' scatter."""

    middle: float
    level: float
    drift: float
    step_sd: float
    freedom: float
    steps: int
    scatter: float

    def _ahead(self, year: Array) -> Array:
        return year - self.middle

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return predictive draws of new members."""
        ahead = self._ahead(year)[None, :]
        sd = self.step_sd * np.sqrt(self.freedom / rng.chisquare(self.freedom, (draws, 1)))
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
        half = float(stdtrit(self.freedom, (1 + level) / 2)) * self.step_sd / float(np.sqrt(self.steps))
        return Growth(self.drift, self.drift - half, self.drift + half, "mean yearly step, Student t")


class RandomWalk:
    """Random walk with drift."""

    summary = "random walk with drift on yearly levels, weak prior on the scatter of its steps"
    diagnostic = False

    def fit(self, members: Members) -> FittedTrend:
        """Fit to the yearly steps."""
        minimum = int(constant("random_walk_minimum_steps"))
        middle, level, count, scatter = members.yearly_levels
        steps = len(level) - 1
        if steps < minimum:
            message = (
                f"a random walk needs {minimum} yearly steps; {len(level)} of the years before the origin hold members"
            )
            raise FitError(message, hint="use --method ols, or data over more years")
        gap = np.diff(middle)
        rate = np.diff(level) / gap
        about_mean = rate - rate.mean()
        noise = scatter**2 * (1 / count[1:] + 1 / count[:-1]) / gap**2
        squares = max(float(about_mean @ about_mean) - float(noise.sum()) * (steps - 1) / steps, 0.0)
        weight = constant("random_walk_prior_weight")
        freedom = steps - 1 + weight
        step_sd = float(np.sqrt((squares + weight * constant("random_walk_prior_step_oom") ** 2) / freedom))
        walk = Walk(float(middle[-1]), float(level[-1]), float(rate.mean()), step_sd, freedom, steps, scatter)
        return FittedTrend(walk)


ENTRY = RandomWalk()
