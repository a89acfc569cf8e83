"""`data diff`: what changed between two tables of models, row by row and figure by figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.data.cells import as_text
from forecast.data.curation import same
from forecast.data.epoch import is_epoch
from forecast.data.refresh import import_epoch
from forecast.data.schema import resource
from forecast.data.table import Table
from forecast.errors import DataError


@dataclass(frozen=True)
class Change:
    """A cell that differs; ``factor`` is new over old where both are positive numbers."""

    name: str
    column: str
    old: str
    new: str
    factor: float | None


@dataclass(frozen=True)
class Difference:
    """What changed from one table to another.

    Parameters
    ----------
    rows : tuple of int
        Rows of the first and of the second.
    added, removed : tuple of str
        Names that only the second, or only the first, has.
    changes : tuple of Change
        Cells of common rows that differ, by name and in the order of the columns.
    """

    rows: tuple[int, int]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[Change, ...]

    def columns(self) -> dict[str, int]:
        """Return how many cells of each column changed, most first."""
        counts = pd.Series([change.column for change in self.changes], dtype=object).value_counts(sort=True)
        return {str(name): int(count) for name, count in counts.items()}


def as_models(table: Table) -> Table:
    """Return a table in our schema: as it is, or imported where it is Epoch AI's.

    Raises
    ------
    DataError
        When it has neither's columns.
    """
    if is_epoch(table):
        return Table(import_epoch(table).frame, table.name, table.digest, table.first_row)
    for column in ("name", "published"):
        table.column(column, role="a table of models")
    names = table.frame["name"]
    if names.duplicated().any():
        row = int(np.flatnonzero(names.duplicated())[0])
        message = f"{table.name}: row {row + table.first_row}, column 'name': {names.iloc[row]!r} stands more than once"
        raise DataError(message, hint="run: forecast data check FILE")
    return table


def compare(old: Table, new: Table) -> Difference:
    """Compare two tables in our schema by name.

    Columns that only one of them has are left out; text that reads as the same number is the same.
    """
    before, after = (_text(table.frame).set_index("name") for table in (old, new))
    columns = [name for name in resource("models").columns if name in before.columns and name in after.columns]
    common = before.index.intersection(after.index, sort=False)
    left, right = (table.loc[common, columns].to_numpy(dtype=object) for table in (before, after))
    changes = []
    for row, column in np.argwhere(left != right):
        was, now = str(left[row, column]), str(right[row, column])
        if not same(was, now):
            changes.append(Change(str(common[row]), columns[column], was, now, _factor(was, now)))
    return Difference(
        (len(before), len(after)),
        tuple(map(str, after.index.difference(before.index, sort=False))),
        tuple(map(str, before.index.difference(after.index, sort=False))),
        tuple(changes),
    )


def _text(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({str(name): as_text(frame[name]) for name in frame.columns})


def _factor(old: str, new: str) -> float | None:
    try:
        was, now = float(old), float(new)
    except ValueError:
        return None
    return now / was if was > 0 and now > 0 else None
