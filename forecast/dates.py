"""Dates as people write them, and as the regressions need them: decimal years.

``year + (month - 1)/12 + (day - 1)/365``, the convention of the published fits this tool reproduces.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import overload

import numpy as np
from numpy.typing import NDArray

from forecast.errors import UsageError

_STEP = re.compile(r"\+(\d+(?:\.\d+)?)(d|m|y)")
_PARTS = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@overload
def decimal_year(date: dt.date) -> float: ...
@overload
def decimal_year(date: NDArray[np.datetime64]) -> NDArray[np.float64]: ...
def decimal_year(date: dt.date | NDArray[np.datetime64]) -> float | NDArray[np.float64]:
    """Return a date, or an array of ``datetime64``, as decimal years.

    Examples
    --------
    >>> decimal_year(dt.date(2024, 7, 1))
    2024.5
    """
    if isinstance(date, dt.date):
        return date.year + (date.month - 1) / 12 + (date.day - 1) / 365
    months = date.astype("datetime64[M]")
    days = (date.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(float)
    since_1970 = months.astype(float)
    return np.asarray(1970 + np.floor_divide(since_1970, 12) + np.mod(since_1970, 12) / 12 + days / 365)


def from_decimal_year(year: float) -> dt.date:
    """Return the calendar date of a decimal year, to the nearest day.

    Examples
    --------
    >>> from_decimal_year(2024.5)
    datetime.date(2024, 7, 1)
    """
    whole = int(np.floor(year))
    month = min(int((year - whole) * 12 + 1e-9), 11)
    day = round((year - whole - month / 12) * 365)
    return dt.date(whole, month + 1, 1) + dt.timedelta(days=max(day, 0))


def parse_date(text: str, origin: dt.date | None = None) -> dt.date:
    """Read ``2028`` (1 January), ``2028-06``, ``2028-06-15`` or, after an origin, ``+18m``, ``+2y``, ``+90d``.

    Parameters
    ----------
    text : str
        The date as written.
    origin : datetime.date, optional
        What a step such as ``+18m`` starts from.

    Raises
    ------
    UsageError
        When the text is none of these.

    Examples
    --------
    >>> parse_date("2028-06")
    datetime.date(2028, 6, 1)
    >>> parse_date("+18m", origin=dt.date(2026, 7, 31))
    datetime.date(2028, 1, 31)
    """
    text = text.strip()
    if (step := _STEP.fullmatch(text)) and origin is not None:
        return _advance(origin, float(step[1]), step[2])
    if parts := _PARTS.fullmatch(text):
        year, month, day = (int(part) if part else 1 for part in parts.groups())
        try:
            return dt.date(year, month, day)
        except ValueError:
            pass
    message = f"{text!r} is not a date"
    raise UsageError(message, hint="write 2028, 2028-06, 2028-06-15 or a step such as +18m")


def _advance(origin: dt.date, amount: float, unit: str) -> dt.date:
    if unit == "d":
        return origin + dt.timedelta(days=round(amount))
    months = origin.month - 1 + round(amount * (12 if unit == "y" else 1))
    year, month = origin.year + months // 12, months % 12 + 1
    if not dt.MINYEAR <= year <= 2200:
        message = f"a step of {amount:g}{unit} leads to the year {year}"
        raise UsageError(message, hint="forecasts reach a few years ahead; write a step such as +18m")
    for day in (origin.day, 30, 29, 28):  # the last day of a shorter month
        try:
            return dt.date(year, month, day)
        except ValueError:
            continue
    raise AssertionError
