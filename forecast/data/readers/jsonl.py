"""JSON lines (one object per line), or one JSON array of objects."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from forecast.data.readers import _text
from forecast.errors import DataError


def read(content: bytes, name: str) -> tuple[pd.DataFrame, int]:
    """Read objects; keys that an object lacks are empty."""
    text = _text.decode(content, name, "JSON").strip()
    rows = _array(text, name) if text.startswith("[") else _lines(text, name)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            message = f"{name}: row {number} is not an object but {type(row).__name__}"
            raise DataError(message, hint='write {"params": 1e9, "loss": 2.1}')
    return pd.DataFrame(rows), 1


def _array(text: str, name: str) -> list[Any]:
    try:
        return list(json.loads(text))
    except json.JSONDecodeError as error:
        message = f"{name}: is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        raise DataError(message) from error


def _lines(text: str, name: str) -> list[Any]:
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError as error:
            message = f"{name}: row {number} is not JSON: {error.msg}"
            raise DataError(message, hint="write one JSON object per line, or one array of objects") from error
    return rows


ENTRY = read
