"""What a trend is fitted to: the frontier members published before the forecast origin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecast.data.frontier import FrontierRule


@dataclass(frozen=True)
class Members:
    """Fitted frontier members, as arrays.

    Parameters
    ----------
    year : array of shape (n,)
        Decimal publication years.
    log_size : array of shape (n,)
        log10 of the metric.
    origin : float
        Decimal year after which nothing is known.
    log_record : float
        log10 of the largest value up to the origin, whether fitted or not.
    """

    year: NDArray[np.float64]
    log_size: NDArray[np.float64]
    origin: float
    log_record: float

    @property
    def count(self) -> int:
        """Number of fitted members."""
        return len(self.year)

    @cached_property
    def yearly_levels(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], float]:
        """Mean log size in each of the years counted back from the origin that hold a member.

        Counting back from the origin instead of by calendar leaves no partial last year.

        Returns
        -------
        middle : array of shape (k,)
            Middle of each such year, ascending.
        level : array of shape (k,)
            Mean log size in it.
        count : array of shape (k,)
            Members in it.
        scatter : float
            Pooled standard deviation within a year.
        """
        back = np.floor(np.maximum(self.origin - self.year, 0) * (1 - 1e-12)).astype(int)
        years, count = np.unique(back, return_counts=True)
        years, count = years[::-1], count[::-1]
        level = np.array([self.log_size[back == year].mean() for year in years])
        residual = self.log_size - level[np.searchsorted(-years, -back)]
        freedom = max(self.count - len(years), 1)
        return self.origin - years - 0.5, level, count, float(np.sqrt(residual @ residual / freedom))


def select_members(
    year: NDArray[np.float64], size: NDArray[np.float64], rule: FrontierRule, *, since: float | None, origin: float
) -> tuple[Members, NDArray[np.intp]]:
    """Rank every row published up to the origin, and keep the members published since a date.

    Parameters
    ----------
    year, size : array of shape (n,)
        Decimal years and positive sizes; rows before `since` rank and are not fitted.
    rule : FrontierRule
        Who is a member.
    since : float or None
        Decimal year of the first fitted day.
    origin : float
        Decimal year of the last known day.

    Returns
    -------
    Members
    array of int
        Positions of the members among the rows given.
    """
    known = np.flatnonzero(year <= origin)
    log_size = np.log10(size[known])
    member = rule.members(year[known], log_size)
    if since is not None:
        member &= year[known] >= since
    chosen = known[member]
    record = float(log_size.max()) if len(log_size) else -np.inf
    return Members(year[chosen], np.log10(size[chosen]), origin, record), chosen
