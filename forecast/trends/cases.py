"""What a hindcast has to forecast: a target's rows ranked once, the members known at an origin, and what then happened."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.dates import decimal_year
from forecast.trends.choices import Settings
from forecast.trends.members import Members
from forecast.trends.observations import Observations

#: Fewer fitted members than this before an origin are no basis for a forecast.
MINIMUM_MEMBERS = 5
#: Years of fitted members that an origin needs before it is used without being asked for.
MINIMUM_SPAN = 2.0
#: Of more outcomes than this after one origin so many are scored, evenly spaced in time.
MAXIMUM_OUTCOMES = 500

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One forecast to make: what is known at the origin, and what then happened."""

    target: str
    members: Members
    year: Array
    size: Array
    largest: Array

    @property
    def origin(self) -> float:
        """Decimal year after which nothing is known to the forecast."""
        return self.members.origin

    def generator(self, seed: int) -> np.random.Generator:
        """Return the stream of this case: the same for every method, whatever else is run."""
        return np.random.default_rng([seed, zlib.crc32(self.target.encode()), round(self.origin * 372)])


@dataclass(frozen=True)
class Ranked:
    """A target's rows in order of date, ranked once: the running rules look back only, so one ranking serves all.

    Parameters
    ----------
    name : str
        The target.
    year, log_size : array of shape (n,)
        Ascending decimal years, and log10 sizes.
    member, fitted : array of bool of shape (n,)
        Frontier members, and those from the first fitted day on.
    """

    name: str
    year: Array
    log_size: Array
    member: NDArray[np.bool_]
    fitted: NDArray[np.bool_]

    @classmethod
    def of(cls, observation: Observations, settings: Settings) -> Ranked:
        """Rank the rows of a target."""
        order = np.argsort(observation.year, kind="stable")
        year, log_size = observation.year[order], np.log10(observation.size[order])
        member = settings.rule.members(year, log_size)
        first = decimal_year(settings.since) if settings.since else -np.inf
        return cls(observation.target.name, year, log_size, member, member & (year >= first))

    def usable_origins(self) -> list[float]:
        """Return each 1 January with enough members before it, over enough years, and any after."""
        year = self.year[self.fitted]
        if len(year) < MINIMUM_MEMBERS:
            return []
        start = max(float(year[MINIMUM_MEMBERS - 1]), float(year[0]) + MINIMUM_SPAN)
        return [float(origin) for origin in range(math.floor(start) + 1, math.floor(year[-1]) + 1)]

    def known(self, origin: float) -> Members:
        """Return the fitted members before an origin."""
        before = self.fitted & (self.year < origin)
        older = self.log_size[self.year < origin]
        record = float(older.max()) if len(older) else -math.inf
        return Members(self.year[before], self.log_size[before], origin, record)

    def case(self, members: Members, horizon: tuple[float, float]) -> Case | str:
        """Return what to forecast from members known at an origin, or why there is nothing."""
        origin = members.origin
        after = self.member & (self.year >= origin + horizon[0]) & (self.year < origin + horizon[1])
        if members.count < MINIMUM_MEMBERS:
            return f"{self.name} at {origin:g}: {members.count} fitted members before it, {MINIMUM_MEMBERS} needed"
        if not after.any():
            return f"{self.name} at {origin:g}: no member entered from {horizon[0]:g} to {horizon[1]:g} years after it"
        running = np.maximum.accumulate(self.log_size)
        rows = np.flatnonzero(after)
        if len(rows) > MAXIMUM_OUTCOMES:
            rows = rows[np.linspace(0, len(rows) - 1, MAXIMUM_OUTCOMES).round().astype(int)]
        return Case(self.name, members, self.year[rows], self.log_size[rows], running[rows])
