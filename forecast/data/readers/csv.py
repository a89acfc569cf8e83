"""Comma-, semicolon- or tab-separated text with a header row."""

from __future__ import annotations

import io
import re

import pandas as pd

from forecast.data.readers import _text
from forecast.errors import DataError


def read(content: bytes, name: str) -> tuple[pd.DataFrame, int]:
    """Read every cell as text, so that nothing is guessed before it is checked."""
    text = _text.decode(content, name, "CSV")
    header = text.lstrip("\r\n").split("\n", 1)[0]
    if header.lstrip()[:1] == "<" or header.lstrip()[:1] in ("{", "["):
        what = "HTML or XML" if header.lstrip()[:1] == "<" else "JSON"
        message = f"{name}: is not CSV but looks like {what}"
        raise DataError(message, hint="download the file itself, or give it the suffix of its format")
    separator = max(",;\t", key=lambda mark: (header.count(mark), mark == ","))
    first = re.split(r"[,;\t]", header)[0].strip().strip('"')
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, na_filter=False,
            header=None, index_col=False, skip_blank_lines=True,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        detail = f"row {found[2]} has {found[3]} cells where the header has {found[1]}" if found else str(error)
        message = f"{name}: is not a table: {detail}"
        raise DataError(message, hint="put text that holds commas in double quotes") from error
    frame.columns = pd.Index([str(cell).strip() for cell in frame.iloc[0]])
    if not first and frame.shape[1] == 1:
        message = f"{name}: has no header row"
        raise DataError(message)
    # pandas fills short rows with NaN even where nothing is to be read as missing
    return frame.iloc[1:].fillna(""), 2


ENTRY = read
