"""A forecast: rows of dates and intervals, growth, what it was fitted to, its draws and its doubts."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.display import Displayed
from forecast.notes import Note
from forecast.provenance import Provenance

Estimand = Literal["member", "record", "trend"]
ESTIMANDS: dict[Estimand, str] = {
    "member": "where the next frontier model may fall (prediction interval)",
    "record": "how large the largest model so far will be (member interval floored at the present record)",
    "trend": "where the fitted line is (confidence interval of the trend line, not a forecast of any model)",
}


@dataclass(frozen=True)
class Row:
    """One interval: estimand, date, level (probability inside), median and bounds in the target's unit."""

    estimand: Estimand
    date: dt.date
    level: float
    median: float
    lower: float
    upper: float


@dataclass(frozen=True)
class GrowthRate:
    """Growth as a factor a year with its confidence interval, and the doubling time in months."""

    factor_per_year: float
    lower: float
    upper: float
    level: float
    doubling_months: float
    method: str

    @classmethod
    def from_slope(cls, slope: float, lower: float, upper: float, level: float, method: str) -> GrowthRate:
        """Convert slopes in OOM a year."""
        doubling = 12 * math.log10(2) / slope if slope > 0 else math.inf
        low, middle, high = (
            10.0 ** min(value, 300.0) for value in (lower, slope, upper)
        )  # three points can ask for more
        return cls(middle, low, high, level, doubling, method)


@dataclass(frozen=True)
class FitSummary:
    """What the line was fitted to: points, their span, R2 and residual scatter (OOM) of the line, frontier rule."""

    n: int
    first: dt.date
    last: dt.date
    r2: float
    residual_sd_oom: float
    frontier: str


@dataclass(frozen=True)
class Forecast(Displayed):
    """The answer to `predict`.

    Parameters
    ----------
    target, column, title, unit : str
        What is forecast, where it stands, how it is called, and its unit.
    estimand : str
        The estimand asked for; `rows` may hold the others too.
    method, method_summary : str
        The method's name, and what it is.
    rows : tuple of Row
        By date, estimand and level.
    growth : GrowthRate
        Of the trend line.
    fit : FitSummary
        What was fitted.
    origin : datetime.date
        Last known day.
    record : float
        Largest value up to it.
    draws : array of shape (draws, dates)
        Member draws in the target's unit.
    dates : tuple of datetime.date
        The dates of the draws' columns.
    method_reason : str
        Why it is that method.
    backtest : dict or None
        Track record of the method on this data, for the estimand and the highest level: ``level, coverage,
        coverage_se, n, clusters, crps, skill, horizon_years``; None where the data is too short to look back.
    details : dict
        What the method found beside, such as a break date.
    """

    target: str
    column: str
    title: str
    unit: str
    estimand: Estimand
    method: str
    method_summary: str
    rows: tuple[Row, ...]
    growth: GrowthRate
    fit: FitSummary
    origin: dt.date
    record: float
    draws: NDArray[np.float64]
    dates: tuple[dt.date, ...]
    notes: tuple[Note, ...]
    provenance: Provenance
    method_reason: str = ""
    backtest: dict[str, Any] | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def select(self, estimand: Estimand, level: float, date: dt.date) -> Row:
        """Return the row of an estimand, level and date."""
        return next(r for r in self.rows if (r.estimand, r.level, r.date) == (estimand, level, date))

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a long table."""
        return pd.DataFrame([asdict(row) for row in self.rows])

    def summary(self) -> pd.DataFrame:
        """Return the rows of the estimand asked for."""
        frame = self.to_frame()
        return frame[frame["estimand"] == self.estimand].reset_index(drop=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result: the rows of the estimand asked for, growth, fit and track record."""
        return {
            "target": self.target,
            "unit": self.unit,
            "estimand": self.estimand,
            "method": self.method,
            "method_reason": self.method_reason,
            "origin": self.origin,
            "record": self.record,
            "rows": [asdict(row) for row in self.rows if row.estimand == self.estimand],
            "growth": asdict(self.growth),
            "fit": asdict(self.fit),
            "backtest": self.backtest,
            **({"details": self.details} if self.details else {}),
        }
