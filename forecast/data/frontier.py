"""Who is at the frontier: the running rules that decide which models a trend is fitted to.

A model is a member of the *running top n* if, on its publication date, it is among the n largest published up to and
including that day. Older rows take part in the ranking even where they are not fitted: ranked on rows from 2018 on
only, the first ten models of 2018 would all be members, and compute would seem to grow 11-fold a year.
"""

from __future__ import annotations

import bisect
import heapq
import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.errors import UsageError

_RULE = re.compile(r"(top|percentile)(\d+)|all")


@dataclass(frozen=True)
class FrontierRule:
    """A rule by name: ``top10``, ``top1``, ``percentile20`` (the largest 20 % so far) or ``all``.

    Raises
    ------
    UsageError
        When the name is none of these.
    """

    name: str = "top10"

    def __post_init__(self) -> None:
        match = _RULE.fullmatch(self.name)
        size = int(match[2]) if match and match[2] else 1
        if match is None or size < 1 or (match[1] == "percentile" and size > 100):
            message = f"--frontier {self.name!r} is not a rule"
            raise UsageError(message, hint="write top10, top1, percentile20 or all")

    def describe(self) -> str:
        """Return the rule in words."""
        match = _RULE.fullmatch(self.name)
        if match is None or match[1] is None:
            return "all models"
        if match[1] == "top":
            count = int(match[2])
            return "the largest so far on its day" if count == 1 else f"among the {count} largest so far on its day"
        return f"among the largest {int(match[2])} % so far on its day"

    def members(self, day: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which rows are members.

        Parameters
        ----------
        day : array of shape (n,)
            Publication date; any number that grows with time.
        size : array of shape (n,)
            What is ranked; of equal sizes the one that stands first in the table ranks first.

        Examples
        --------
        >>> FrontierRule("top1").members(np.array([1.0, 2.0, 3.0]), np.array([5.0, 4.0, 9.0])).tolist()
        [True, False, True]
        """
        match = _RULE.fullmatch(self.name)
        if match is None or match[1] is None:
            return np.ones(len(day), dtype=bool)
        if match[1] == "top":
            return _running_top(day, size, int(match[2]))
        return _running_share(day, size, int(match[2]) / 100)


def _days(day: NDArray[np.float64]) -> list[list[int]]:
    order = np.argsort(day, kind="stable")
    cuts = np.flatnonzero(np.diff(day[order])) + 1
    return [part.tolist() for part in np.split(order, cuts)] if len(day) else []


def _running_top(day: NDArray[np.float64], size: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    member = np.zeros(len(day), dtype=bool)
    values = size.tolist()
    best: list[tuple[float, int]] = []  # (size, -row): the earlier row wins a tie
    for rows in _days(day):
        bar = best[-1][0] if len(best) == count else -math.inf
        fresh = [(values[row], -row) for row in rows if values[row] > bar]
        if not fresh:
            continue
        best = heapq.nlargest(count, best + fresh)
        for entry in fresh:
            member[-entry[1]] = entry >= best[-1]
    return member


def _running_share(day: NDArray[np.float64], size: NDArray[np.float64], share: float) -> NDArray[np.bool_]:
    member = np.zeros(len(day), dtype=bool)
    values = size.tolist()
    ranked: list[float] = []  # ascending
    for rows in _days(day):
        for row in rows:
            bisect.insort(ranked, values[row])
        bar = ranked[len(ranked) - max(1, math.floor(share * len(ranked)))]
        for row in rows:
            member[row] = values[row] >= bar
    return member
