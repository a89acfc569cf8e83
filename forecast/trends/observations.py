"""From a table to the arrays that trends are fitted to: dates, sizes, and who may be ranked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data import filters
from forecast.data.dataset import load_dataset
from forecast.data.derived import add_derived
from forecast.data.table import Table
from forecast.dates import decimal_year
from forecast.errors import DataError
from forecast.notes import Note
from forecast.trends.targets import Target

#: Names under which a date column is found without being named.
DATE_COLUMNS = ("published", "date", "publication_date", "Publication date", "publication date", "Date", "year", "Year")
#: Fitted from this year on where the bundled models are used and nothing else is asked for.
BUNDLED_SINCE = dt.date(2018, 1, 1)


@dataclass(frozen=True)
class Observations:
    """Rows that have a date and a positive value, in the order of the table.

    Parameters
    ----------
    target : Target
        What `size` measures.
    year, size : array of shape (n,)
        Decimal years and natural sizes.
    frame : pandas.DataFrame
        The rows themselves, aligned with the arrays.
    population : pandas.DataFrame
        All rows that passed the filters, with or without the value: how much is not disclosed.
    years : array
        Decimal years of the population.
    name, digest : str
        The table and its SHA-256.
    origin : float
        Decimal year of the last known day.
    """

    target: Target
    year: NDArray[np.float64]
    size: NDArray[np.float64]
    frame: pd.DataFrame
    population: pd.DataFrame
    years: NDArray[np.float64]
    name: str
    digest: str
    origin: float
    notes: tuple[Note, ...] = field(default=())


def observe_models(target: Target, where: Sequence[str] = (), known_by: dt.date | None = None) -> Observations:
    """Return the bundled models that may be ranked: notable, not excluded by curation.

    Parameters
    ----------
    target : Target
        One of the bundled targets.
    where : sequence of str
        Further conditions; ``notable=any`` lifts the restriction to notable models.
    known_by : datetime.date, optional
        Forget everything published later.
    """
    dataset = load_dataset("models")
    conditions = list(where)
    if not any(filters.split(condition)[0] == "notable" for condition in conditions):
        conditions.insert(0, "notable=true")
    frame = add_derived(dataset.frame)
    frame = frame[frame["use"] != "excluded"]
    kept = frame[filters.keep(frame, conditions, dataset.name)]
    last = dataset.frame["published"].max().date()
    return observe_frame(_in_dollars(target, kept), kept, dataset.name, dataset.digest, known_by or last)


def _in_dollars(target: Target, frame: pd.DataFrame) -> Target:
    # An amount says of which year its dollars are.
    if target.unit != "USD":
        return target
    years = sorted(frame["cost_dollar_year"].dropna().unique())
    return replace(target, title=f"{target.title} ({' and '.join(f'{year:.0f}' for year in years)} dollars)")


def observe_frame(
    target: Target, frame: pd.DataFrame, name: str, digest: str, known_by: dt.date | None = None
) -> Observations:
    """Return the rows of a typed frame with a column ``published``, up to a date, by default its last."""
    values = frame[target.column].to_numpy(dtype=float, na_value=np.nan)
    dates = frame["published"].to_numpy("datetime64[D]")
    last = known_by or frame["published"][~np.isnan(values)].max().date()
    return _assemble(target, dates, values, frame, name, digest, last, last)


def observe_table(
    table: Table,
    target: Target,
    where: Sequence[str] = (),
    known_by: dt.date | None = None,
    date_column: str | None = None,
    today: dt.date | None = None,
) -> Observations:
    """Return the rows of a user's table; none is left out but by `where`.

    Parameters
    ----------
    table : Table
        As read.
    target : Target
        A column of it; its values must be positive.
    where, known_by
        As in :func:`observe_models`.
    date_column : str, optional
        By default the first of the usual names that exists.
    today : datetime.date, optional
        Later dates are refused; by default today.

    Raises
    ------
    DataError
        Naming rows and columns.
    """
    column = date_column or next((name for name in DATE_COLUMNS if name in table.frame.columns), None)
    if column is None:
        known = ", ".join(map(str, table.frame.columns[:20]))
        message = f"{table.name}: no date column"
        raise DataError(message, hint=f"name it with --date COLUMN (columns: {known})")
    values = table.numbers(target.column, positive=True, role="the target")
    dates = table.dates(column, latest=today or dt.datetime.now(tz=dt.UTC).date())
    missing = np.isnat(dates) & ~np.isnan(values)
    kept = filters.keep(table.frame, where, table.name) & ~np.isnat(dates)
    notes: tuple[Note, ...] = ()
    if missing.any():
        notes = (Note("undated-rows", "info", f"{int(missing.sum())} rows with a value but no date were left out"),)
    frame = table.frame[kept]
    last = dates[kept & ~np.isnan(values)]
    if not len(last):
        message = f"{table.name}: no row has both a date ({column!r}) and a value ({target.column!r})"
        raise DataError(message)
    return _assemble(
        target, dates[kept], values[kept], frame, table.name, table.digest, known_by, last.max().item(), notes
    )


def _assemble(
    target: Target,
    dates: NDArray[np.datetime64],
    values: NDArray[np.float64],
    frame: pd.DataFrame,
    name: str,
    digest: str,
    known_by: dt.date | None,
    last: dt.date,
    notes: tuple[Note, ...] = (),
) -> Observations:
    origin = decimal_year(known_by or last)
    years = decimal_year(dates)
    known = years <= origin
    usable = known & np.isfinite(values) & (values > 0)
    return Observations(
        target, years[usable], values[usable], frame[usable], frame[known], years[known], name, digest, origin, notes
    )
