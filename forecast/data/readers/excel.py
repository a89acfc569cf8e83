"""The first sheet of an Excel workbook, with the extra ``excel`` (openpyxl)."""

from __future__ import annotations

import importlib.util
import io
import zipfile

import pandas as pd

from forecast.errors import DataError, MissingExtraError


def read(content: bytes, name: str) -> tuple[pd.DataFrame, int]:
    """Read the first sheet, its first row as the header."""
    if importlib.util.find_spec("openpyxl") is None:
        msg = f"{name}: reading Excel"
        raise MissingExtraError(msg, "excel")
    try:
        raw = pd.read_excel(io.BytesIO(content), engine="openpyxl", header=None)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        message = f"{name}: is not an Excel workbook ({str(error).splitlines()[0]})"
        raise DataError(message) from error
    if raw.empty:
        message = f"{name}: its first sheet is empty"
        raise DataError(message)
    frame = raw.iloc[1:].infer_objects()
    frame.columns = pd.Index(["" if pd.isna(cell) else str(cell).strip() for cell in raw.iloc[0]])
    return frame, 2


ENTRY = read
