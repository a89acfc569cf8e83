"""The bundled tables, typed by the schema: ``load_dataset("models").frame``.

Numbers are floats (NaN where unknown), dates ``datetime64``, text plain text (``""`` where empty), and yes/no columns
booleans where every cell is filled.
"""

from __future__ import annotations

import functools
import io
import math
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecast.data.resources import datasets_folder
from forecast.data.schema import Resource, dataset_names, resource
from forecast.errors import DataError
from forecast.provenance import sha256

__all__ = ["Dataset", "dataset_names", "load_dataset", "typed"]


@dataclass(frozen=True)
class Dataset:
    """A table whose columns have the types of the schema.

    Parameters
    ----------
    name : str
        Its name in the data package.
    frame : pandas.DataFrame
        Its rows; a fresh copy, yours to change.
    digest : str
        SHA-256 of the file.
    path : Path
        The file.
    licence, attribution : str
        Terms, and whom to name wherever the data goes.
    """

    name: str
    frame: pd.DataFrame
    digest: str
    path: Path
    licence: str = ""
    attribution: str = ""

    @property
    def resource(self) -> Resource:
        """What the data package says of it."""
        return resource(self.name)


def load_dataset(name: str = "models") -> Dataset:
    """Return a bundled table.

    Parameters
    ----------
    name : str
        One of :func:`dataset_names`.

    Raises
    ------
    UsageError
        When there is none of that name.

    Examples
    --------
    >>> models = load_dataset("models").frame
    >>> bool((models["use"] == "fitted").sum() > 1000)
    True
    """
    loaded = _load(name)
    return Dataset(name, loaded.frame.copy(), loaded.digest, loaded.path, loaded.licence, loaded.attribution)


@functools.cache
def _load(name: str) -> Dataset:
    about = resource(name)
    path = datasets_folder() / about.path
    content = path.read_bytes()
    text = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, na_filter=False)
    missing = [column for column in about.columns if column not in text.columns]
    if missing:
        message = f"{path}: the column {missing[0]!r} of the data package is missing"
        raise DataError(message, hint="reinstall the package, or restore the file")
    return Dataset(name, typed(text[about.columns], about), sha256(content), path, about.licence, about.attribution)


def typed(text: pd.DataFrame, about: Resource) -> pd.DataFrame:
    """Return columns of text in the types of the schema; the text is taken to be valid."""
    columns: dict[str, pd.Series] = {}
    for item in about.fields:
        cells = text[item.name]
        if item.type in ("number", "integer"):
            # float() reads the nearest number to the text; some versions of pandas miss its last digit.
            numbers = pd.Series([float(cell) if cell else math.nan for cell in cells], index=cells.index, dtype=float)
            whole = item.type == "integer" and not numbers.isna().any()
            columns[item.name] = numbers.astype("int64") if whole else numbers
        elif item.type == "date":
            columns[item.name] = pd.to_datetime(cells.where(cells != ""), format="%Y-%m-%d")
        elif item.type == "boolean":
            filled = not (cells == "").any()
            columns[item.name] = cells == "true" if filled else cells.map({"true": True, "false": False, "": None})
        else:
            columns[item.name] = cells
    return pd.DataFrame(columns, index=text.index)
