"""What a check is: it looks at whole columns of a table and says which rows are suspicious, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.schema import Resource

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Suspicion:
    """Rows that break one rule in one column.

    Parameters
    ----------
    column : str
        Where the doubtful cells are.
    rows : array of bool or of int, shape (n,) or (k,)
        Which rows: a mask, or positions.
    rule : str or sequence of str
        What is wrong; a sequence has one text per suspicious row.
    remedy : str or sequence of str
        What to do about it.
    severity : {"error", "warning"}
        An error makes the numbers wrong; a warning wants a look.
    whole_column : bool
        Whether the column itself is meant; `rows` is then empty.
    """

    column: str
    rows: NDArray[np.bool_] | NDArray[np.intp]
    rule: str | Sequence[str]
    remedy: str | Sequence[str]
    severity: Severity = "warning"
    whole_column: bool = False

    @property
    def positions(self) -> NDArray[np.intp]:
        """Positions of the rows."""
        rows = np.asarray(self.rows)
        return np.flatnonzero(rows) if rows.dtype == bool else rows.astype(np.intp)


@dataclass(frozen=True)
class Subject:
    """The table under check, with its columns in the forms that checks need.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text, under the names of the data package.
    resource : Resource or None
        Its schema, where it has one.
    today : datetime.date
        Later dates lie in the future.
    lists : str
        What separates the entries of a cell: ``";"`` in our tables, ``","`` in Epoch AI's.
    """

    frame: pd.DataFrame
    resource: Resource | None
    today: dt.date
    lists: str = ";"
    _numbers: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def has(self, *columns: str) -> bool:
        """Whether the table has all of the columns."""
        return all(column in self.frame.columns for column in columns)

    def text(self, column: str) -> pd.Series:
        """Return a column as text; empty cells where the table lacks it."""
        if column in self.frame.columns:
            return self.frame[column]
        return pd.Series("", index=self.frame.index)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a column as floats of shape (n,); NaN where it is empty, no number, or missing."""
        if column not in self._numbers:
            cells = self.text(column)
            values = pd.to_numeric(cells.where(cells != ""), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
            self._numbers[column] = np.where(np.isfinite(values), values, np.nan)
        return self._numbers[column]

    @cached_property
    def days(self) -> NDArray[np.datetime64]:
        """Publication dates; NaT where there is none."""
        text = self.text("published").str.slice(0, 10)
        return np.asarray(pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").to_numpy("datetime64[D]"))

    @cached_property
    def active(self) -> NDArray[np.float64]:
        """Parameters that work on one token: the active ones where stated, otherwise all."""
        stated = self.numbers("active_parameters")
        return np.where(np.isnan(stated), self.numbers("parameters"), stated)

    @cached_property
    def ranked(self) -> NDArray[np.bool_]:
        """Rows that a trend ranks: notable where the table says so, not excluded, not a fine-tune."""
        kept = np.ones(len(self.frame), dtype=bool)
        if self.has("notable"):
            kept &= (self.text("notable").str.casefold() == "true").to_numpy()
        elif self.has("notability"):
            kept &= (self.text("notability") != "").to_numpy()
        if self.has("use"):
            kept &= (self.text("use") != "excluded").to_numpy()
        return kept & (self.text("base_model") == "").to_numpy()

    def first(self, column: str) -> pd.Series:
        """Return the first entry of each cell of a column of lists."""
        cells = self.text(column)
        first = {cell: cell.split(self.lists)[0].strip() for cell in cells.unique()}
        return pd.Series([first[cell] for cell in cells], index=cells.index, dtype=object)


@dataclass(frozen=True)
class Check:
    """A check.

    Parameters
    ----------
    summary : str
        What it looks for, in one line.
    needs : tuple of str
        Columns without which it has nothing to look at.
    find : callable
        From the subject to suspicions.
    """

    summary: str
    needs: tuple[str, ...]
    find: Callable[[Subject], Iterable[Suspicion]]
