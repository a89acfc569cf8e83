"""What a refresh of the data does to the answers: growth of the frontier before and after."""

from __future__ import annotations

from dataclasses import dataclass

from forecast.data.diff import Difference, compare
from forecast.data.table import Table
from forecast.errors import ForecastError
from forecast.trends.observations import BUNDLED_SINCE
from forecast.trends.prediction import predict
from forecast.trends.targets import TARGETS

#: Growth is compared for these.
METRICS = ("compute", "parameters", "cost")
_LEVEL = 0.9


@dataclass(frozen=True)
class Growth:
    """Growth of a metric of the frontier in one table, a year, with its 90 % confidence interval."""

    factor_per_year: float
    lower: float
    upper: float
    n: int


@dataclass(frozen=True)
class Revision:
    """What changed, and how far the growth of each metric moved.

    Parameters
    ----------
    difference : Difference
        Rows and cells.
    growth : dict
        Metric -> growth in the first and in the second table, or None where it cannot be fitted.
    """

    difference: Difference
    growth: dict[str, tuple[Growth | None, Growth | None]]


def revise(old: Table, new: Table) -> Revision:
    """Compare two tables in our schema and the growth that each shows (least squares, running top 10, 2018 on)."""
    growth = {metric: (_growth(old, metric), _growth(new, metric)) for metric in METRICS}
    return Revision(compare(old, new), growth)


def _growth(table: Table, metric: str) -> Growth | None:
    column = TARGETS[metric].column
    where = [
        condition
        for field, condition in (("notable", "notable=true"), ("use", "use!=excluded"))
        if field in table.frame.columns
    ]
    try:
        found = predict(column, data=table, where=where, since=BUNDLED_SINCE, method="ols", levels=(_LEVEL,), draws=100)
    except ForecastError:
        return None
    rate = found.growth
    return Growth(rate.factor_per_year, rate.lower, rate.upper, found.fit.n)
