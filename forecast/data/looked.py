"""A figure looked up in a table, and how the nearest one and a default are found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forecast.data.catalog import Row, refuse, rows_of
from forecast.errors import UsageError

_FRESH = 2


@dataclass(frozen=True)
class Looked:
    """A figure looked up.

    Parameters
    ----------
    value : float
        The figure.
    low, high : float or None
        The bounds of its 90 % range, where known.
    unit : str
        A unit of :mod:`forecast.units`.
    source : str
        Where it comes from.
    note : str
        What to know: another year, place or chip stands in, how many rows.
    convention : str
        What it includes, such as ``"lifecycle, location-based"``.
    """

    value: float
    low: float | None
    high: float | None
    unit: str
    source: str
    note: str = ""
    convention: str = ""


def nearest(choices: Iterable[Sequence[Row]], date: dt.date) -> tuple[list[Row], str]:
    """Return the rows of one year from the best choice, and a remark where the year is another than the date's.

    The year is the last at or before the date, else the first. Earlier choices are better, unless their year is more
    than two off and a later choice comes nearer.
    """
    best: tuple[int, list[Row], int] | None = None
    for rows in filter(None, choices):
        years = sorted({row["year"] for row in rows})
        year = max((year for year in years if year <= date.year), default=years[0])
        stale = max(abs(date.year - year) - _FRESH, 0)
        if best is None or stale < best[0]:
            best = stale, [row for row in rows if row["year"] == year], int(year)
    assert best is not None
    _, kept, year = best
    if year == date.year:
        return kept, ""
    return (
        kept,
        f"figure of {year}, the {'last known before' if year < date.year else 'first known, after'} {date.year}",
    )


def remarks(*parts: str) -> str:
    """Return the remarks that are not empty, as one text."""
    return "; ".join(part for part in parts if part)


def range_of(quantity: str, *applies_to: str) -> Looked:
    """Return a default and its range from ``datasets/uncertainty.csv``.

    Parameters
    ----------
    quantity : str
        Name of the input.
    applies_to : str
        What it is wanted for, the most specific first; ``"all"`` is tried last.

    Raises
    ------
    UsageError
        When there is no such row.

    Examples
    --------
    >>> range_of("load_factor", "TPU").value
    0.43
    """
    wanted = (*applies_to, "all")
    found = {row["applies_to"]: row for row in rows_of("uncertainty") if row["quantity"] == quantity}
    row = next((found[name] for name in wanted if name in found), None)
    if found and row is None:
        message = f"{quantity} has no value for {', '.join(wanted)}"
        raise UsageError(message, hint=f"it has one for {', '.join(found)}")
    if row is None:
        refuse("input", quantity, {row["quantity"] for row in rows_of("uncertainty")}, "uncertainty")
    return Looked(row["central"], row["low"], row["high"], row["unit"], row["source"], row["note"])


def around(value: float, spread: Looked) -> tuple[float, float]:
    """Return the bounds of a value whose range is a factor either way."""
    return value * (spread.low or 1.0), value * (spread.high or 1.0)
