"""`data export`: a bundled table in the format that a file's suffix names, with its attribution beside it."""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import PurePath
from typing import Any

from forecast.data.dataset import Dataset
from forecast.data.schema import package
from forecast.errors import MissingExtraError, UsageError

#: Beside FILE stands FILE.attribution.txt.
ATTRIBUTION_SUFFIX = ".attribution.txt"
_FORMATS = ("csv", "json", "jsonl", "parquet")


def export(dataset: Dataset, file: str) -> str | bytes:
    """Return the table in the format of the suffix: ``.csv``, ``.json``, ``.jsonl`` or ``.parquet``; ``-`` is CSV.

    Raises
    ------
    UsageError
        When the suffix names none of these.
    MissingExtraError
        When Parquet cannot be written here.
    """
    suffix = "csv" if file == "-" else PurePath(file).suffix.lstrip(".").lower()
    if suffix == "csv":
        return dataset.path.read_text(encoding="utf-8")
    if suffix in ("json", "jsonl"):
        lines = [json.dumps(row, ensure_ascii=False, allow_nan=False) for row in _rows(dataset)]
        return "\n".join(lines) + "\n" if suffix == "jsonl" else "[\n" + ",\n".join(lines) + "\n]\n"
    if suffix == "parquet":
        if importlib.util.find_spec("pyarrow") is None:
            message = f"{file}: writing Parquet"
            raise MissingExtraError(message, "parquet")
        buffer = io.BytesIO()
        dataset.frame.to_parquet(buffer, engine="pyarrow", index=False)
        return buffer.getvalue()
    message = f"{file}: the suffix names no table format"
    raise UsageError(message, hint=f"use one of: {', '.join('.' + name for name in _FORMATS)}")


def _rows(dataset: Dataset) -> list[dict[str, Any]]:
    frame = dataset.frame
    for item in dataset.resource.fields:
        if item.type == "date":
            frame[item.name] = frame[item.name].dt.strftime("%Y-%m-%d")
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def attribution(dataset: Dataset) -> str:
    """Return what has to stand wherever the table goes."""
    about = dataset.resource
    lines = [
        f"{about.title} ({about.path}, version {package()['version']}, SHA-256 {dataset.digest})",
        f"Source: {dataset.attribution}",
        f"Licence: {dataset.licence}",
    ]
    return "\n".join(lines) + "\n"
