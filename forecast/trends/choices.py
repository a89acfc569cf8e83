"""The choices of a forecast that move its numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forecast.data.frontier import FrontierRule
from forecast.errors import UsageError, did_you_mean
from forecast.settings import DRAWS, LEVELS
from forecast.trends.observations import BUNDLED_SINCE
from forecast.trends.result import ESTIMANDS, Estimand

#: The method behind ``--method auto``, unless the backtest on the data at hand prefers another.
AUTO = "pool"


@dataclass(frozen=True)
class Settings:
    """The choices of a forecast that move its numbers.

    Parameters
    ----------
    since : datetime.date or None
        First fitted day; earlier rows rank only.
    frontier : str
        Rule of :class:`forecast.data.frontier.FrontierRule`.
    method : str
        ``"auto"`` or a method's name.
    estimand : str
        ``"member"``, ``"record"`` or ``"trend"``.
    levels : tuple of float
        Probabilities inside the intervals.
    draws : int
        Random draws.
    longest : float or None
        Years past the last known day that are answered; by default the constant ``longest_horizon_years``.
    """

    since: dt.date | None = BUNDLED_SINCE
    frontier: str = "top10"
    method: str = "auto"
    estimand: Estimand = "member"
    levels: tuple[float, ...] = LEVELS
    draws: int = DRAWS
    longest: float | None = None

    def __post_init__(self) -> None:
        FrontierRule(self.frontier)
        if self.estimand not in ESTIMANDS:
            message = f"unknown estimand {self.estimand!r}{did_you_mean(self.estimand, ESTIMANDS)}"
            raise UsageError(message)

    @property
    def rule(self) -> FrontierRule:
        """The frontier rule."""
        return FrontierRule(self.frontier)
