"""Cells of any reader as the text they would have in a CSV file."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd


def as_text(column: pd.Series) -> pd.Series:
    """Return a column as text: numbers as Python writes them, dates in ISO 8601, truth as true and false, gaps empty.

    Examples
    --------
    >>> as_text(pd.Series([1.5, None])).tolist(), as_text(pd.Series([True, False])).tolist()
    (['1.5', ''], ['true', 'false'])
    """
    return pd.Series([_cell(value) for value in column], index=column.index, dtype=object)


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.number):
        return "" if np.isnan(value) else repr(float(value))
    return value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else str(value)
