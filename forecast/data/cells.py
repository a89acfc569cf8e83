"""Cells of any reader as the text they would have in a CSV file."""

from __future__ import annotations

import pandas as pd


def as_text(column: pd.Series) -> pd.Series:
    """Return a column as text: numbers as Python writes them, dates in ISO 8601, truth as true and false, gaps empty.

    Examples
    --------
    >>> as_text(pd.Series([1.5, None])).tolist(), as_text(pd.Series([True, False])).tolist()
    (['1.5', ''], ['true', 'false'])
    """
    if pd.api.types.is_bool_dtype(column):
        return pd.Series([{True: "true", False: "false"}.get(value, "") for value in column], index=column.index)
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.Series(["" if pd.isna(value) else value.strftime("%Y-%m-%d") for value in column], index=column.index)
    if pd.api.types.is_numeric_dtype(column):
        return pd.Series(["" if pd.isna(value) else repr(float(value)) for value in column], index=column.index)
    return column.where(column.notna(), "").astype(str)
