"""Parquet, with the extra ``parquet`` (pyarrow)."""

from __future__ import annotations

import importlib.util
import io

import pandas as pd

from forecast.errors import DataError, MissingExtraError


def read(content: bytes, name: str) -> tuple[pd.DataFrame, int]:
    """Read a Parquet file."""
    if importlib.util.find_spec("pyarrow") is None:
        msg = f"{name}: reading Parquet"
        raise MissingExtraError(msg, "parquet")
    try:
        return pd.read_parquet(io.BytesIO(content), engine="pyarrow"), 1
    except (OSError, ValueError) as error:
        message = f"{name}: is not a Parquet file ({str(error).splitlines()[0]})"
        raise DataError(message) from error


ENTRY = read
