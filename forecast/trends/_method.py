"""What a forecast method is, and the registry of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from forecast.notes import Note
from forecast.trends.members import Members

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Growth:
    """Growth of the trend: slope in OOM a year with its interval, and how the interval was made."""

    slope: float
    lower: float
    upper: float
    method: str


class Trend(Protocol):
    """A method fitted to members."""

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return draws of the log10 size of a new frontier member, of shape (draws, len(year))."""

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return where the fitted line is: middle, lower, upper (log10)."""

    def growth(self, level: float) -> Growth:
        """Return the growth rate with its confidence interval."""


@dataclass(frozen=True)
class FittedTrend:
    """A trend with what to say about it."""

    trend: Trend
    notes: tuple[Note, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


class Method(Protocol):
    """A way to forecast; an entry of ``trends/methods``."""

    #: one line for tables and reports
    summary: str
    #: a diagnostic is shown, and scored in backtests, but never extrapolated in a forecast
    diagnostic: bool

    def fit(self, members: Members) -> FittedTrend:
        """Fit to the members.

        Raises
        ------
        FitError
            When there are too few.
        """
