"""The columns of a formula, checked on the way in: numbers, dates as decimal years, or categories.

Short names work where the column they stand for exists: ``compute`` for ``training_compute_flop``, ``cost`` for
``cost_usd`` and the other targets of forecasts; ``year`` is the decimal year of the date column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.filters import keep
from forecast.data.table import Table
from forecast.dates import decimal_year
from forecast.errors import DataError, did_you_mean
from forecast.notes import Note
from forecast.regressions.expressions import Array, Expression
from forecast.regressions.formula import Category, Formula
from forecast.trends.observations import DATE_COLUMNS
from forecast.trends.targets import TARGETS

#: Columns that tell rows apart for a reader.
_LABELS = ("name", "model", "system", "run", "id")
#: More categories than this are no categories.
_MOST_CATEGORIES = 200
Kind = Literal["number", "year", "category"]


@dataclass(frozen=True)
class Variable:
    """A column as the formula uses it.

    Parameters
    ----------
    name, column : str
        As the formula calls it, and as the table does.
    kind : {"number", "year", "category"}
        What it holds; years are decimal years made of dates.
    values : array of shape (n,)
        Floats, or text for categories.
    """

    name: str
    column: str
    kind: Kind
    values: NDArray[np.float64] | NDArray[np.str_]

    def take(self, kept: NDArray[np.intp]) -> Variable:
        """Return some of the rows."""
        return Variable(self.name, self.column, self.kind, self.values[kept])


@dataclass(frozen=True)
class Rows:
    """Checked rows of a regression.

    Parameters
    ----------
    variables : mapping of str to Variable
        By the names of the formula, the response's included.
    weight : array of shape (n,)
        Ones where there are none.
    cluster : array of int of shape (n,) or None
        Which rows share what they share.
    numbers : array of int of shape (n,)
        Row numbers in the file.
    labels : tuple of str
        What rows are called; empty where the table does not say.
    notes : tuple of Note
        What was left out, assumed or imputed.
    by : pandas.Categorical of shape (n,) or None
        The group that each row is fitted in; a category without a row is a group of which no row is complete.
    """

    variables: Mapping[str, Variable]
    weight: Array
    cluster: NDArray[np.intp] | None
    numbers: NDArray[np.int64]
    labels: tuple[str, ...]
    notes: tuple[Note, ...]
    by: pd.Categorical | None = None

    def take(self, kept: NDArray[np.intp]) -> Rows:
        """Return some of the rows, without notes."""
        variables = {name: variable.take(kept) for name, variable in self.variables.items()}
        cluster = None if self.cluster is None else np.unique(self.cluster[kept], return_inverse=True)[1]
        labels = tuple(self.labels[i] for i in kept) if self.labels else ()
        return Rows(variables, self.weight[kept], cluster, self.numbers[kept], labels, ())


def read_rows(
    table: Table,
    formula: Formula,
    weights: str | None,
    group: str | None,
    where: Sequence[str],
    by: str | None = None,
) -> Rows:
    """Return the rows that have everything the formula needs.

    Raises
    ------
    DataError
        Naming the column, the rows and the remedy.
    """
    names = tuple(dict.fromkeys((*formula.response.names, *formula.names)))
    columns = {name: _column(table, name) for name in names}
    for option, column in (("the weights", weights), ("the group", group), ("the groups", by)):
        if column is not None:
            table.column(column, role=option)
    total = len(table.frame)
    notes = []
    renamed = [f"{name} = {column}" for name, column in columns.items() if name != column]
    if renamed:
        notes.append(Note("resolved-names", "info", f"in the formula, {', '.join(renamed)}"))
    if where:
        table = _take(table, keep(table.frame, where, table.name))
        notes.append(
            Note("filtered-rows", "info", f"{len(table.frame):,} of {total:,} rows match {' and '.join(where)}")
        )
    groups = () if by is None else sorted({*_text(table.frame[by])} - {""})
    table, left_out = _complete(table, [*columns.values(), *(c for c in (weights, group, by) if c is not None)])
    notes += left_out
    categorical = {factor.name for factor in formula.factors.values() if isinstance(factor, Category)}
    bare = {factor.text for factor in formula.factors.values() if isinstance(factor, Expression) and factor.is_name}
    variables = {}
    for name, column in columns.items():
        kind = "category" if name in categorical else _kind(table, name, column, may_be_text=name in bare)
        variables[name] = Variable(name, column, kind, _values(table, column, kind))
    notes += _imputed(table, columns.values())
    numbers = table.frame.index.to_numpy(dtype=np.int64) + table.first_row
    label = next((name for name in _LABELS if name in table.frame.columns), None)
    labels = () if label is None else tuple(table.frame[label].fillna("").astype(str))
    weight = np.ones(len(numbers)) if weights is None else table.numbers(weights, positive=True, role="the weights")
    cluster = None
    if group is not None:
        cluster = np.unique(_text(table.frame[group]), return_inverse=True)[1]
    place = None if by is None else pd.Categorical(_text(table.frame[by]), categories=groups)
    return Rows(variables, weight, cluster, numbers, labels, tuple(notes), place)


def _column(table: Table, name: str) -> str:
    known = [str(column) for column in table.frame.columns]
    if name in known:
        return name
    if name in TARGETS and TARGETS[name].column in known:
        return TARGETS[name].column
    if name == "year":
        dated = next((column for column in DATE_COLUMNS if column in known), None)
        if dated is not None:
            return dated
        message = f"{table.name}: no column 'year', and no date column to take it from"
        raise DataError(message, hint=f"name a column of dates in the formula itself; columns: {', '.join(known[:30])}")
    shorts = [short for short, target in TARGETS.items() if target.column in known]
    shorts += ["year"] if set(DATE_COLUMNS) & set(known) else []
    message = f"{table.name}: no column {name!r} for the formula{did_you_mean(name, [*known, *shorts])}"
    raise DataError(message, hint=f"columns: {', '.join(known[:30])}{' …' if len(known) > 30 else ''}")


def _take(table: Table, kept: NDArray[np.bool_]) -> Table:
    # rows keep the numbers they have in the file, for messages
    return Table(table.frame[kept], table.name, table.digest, table.first_row)


def _text(column: pd.Series) -> NDArray[np.str_]:
    return column.where(column.notna(), "").astype(str).str.strip().to_numpy(dtype=str)


def _complete(table: Table, columns: Sequence[str]) -> tuple[Table, list[Note]]:
    """Return the rows without an empty cell, and how many that leaves out."""
    total = len(table.frame)
    missing = {column: _text(table.frame[column]) == "" for column in dict.fromkeys(columns)}
    for column, empty in missing.items():
        if empty.all():
            message = f"{table.name}: column {column!r} is empty in all {total:,} rows"
            raise DataError(message, hint="leave it out of the formula, or choose other rows with --where")
    anywhere = np.logical_or.reduce(list(missing.values())) if missing else np.zeros(total, dtype=bool)
    if not anywhere.any():
        return table, []
    counts = ", ".join(f"{column} {int(empty.sum()):,}" for column, empty in missing.items() if empty.any())
    if anywhere.all():
        message = f"{table.name}: no row has all of {', '.join(missing)} (empty cells: {counts} of {total:,})"
        raise DataError(message, hint="leave a column out of the formula")
    share = f"{int(anywhere.sum()):,} of {total:,} rows"
    note = Note("dropped-rows", "info", f"{share} have an empty cell and are left out (empty: {counts})")
    return _take(table, ~anywhere), [note]


def _kind(table: Table, name: str, column: str, *, may_be_text: bool) -> Kind:
    """Return what a column holds: dates, numbers, or (where it stands alone as a term) text."""
    raw = table.frame[column]
    if pd.api.types.is_datetime64_any_dtype(raw):
        return "year"
    text = pd.Series(_text(raw))
    if (name == "year" and column != "year") or text.str.match(r"\d{4}-\d{1,2}").mean() > 0.5:
        return "year"
    numeric = pd.to_numeric(text, errors="coerce").notna().mean()
    return "category" if may_be_text and numeric < 0.5 else "number"


def _values(table: Table, column: str, kind: Kind) -> NDArray[np.float64] | NDArray[np.str_]:
    raw = table.frame[column]
    if kind == "number":
        return table.numbers(column, role="the formula")
    if kind == "year":
        typed = pd.api.types.is_datetime64_any_dtype(raw)
        return decimal_year(raw.to_numpy("datetime64[D]") if typed else table.dates(column))
    text = _text(raw)
    levels = len(np.unique(text))
    if levels > _MOST_CATEGORIES:
        message = f"{table.name}: column {column!r} has {levels:,} different values, too many for categories"
        raise DataError(message, hint="is it the right column? group its values first")
    return text


def _imputed(table: Table, columns: Iterable[str]) -> list[Note]:
    """Return the share of values that the table itself calls imputed, in its column ``<name>_status``."""
    notes = []
    for column in dict.fromkeys(columns):
        status = f"{column}_status"
        if status not in table.frame.columns:
            continue
        share = float((_text(table.frame[status]) == "imputed").mean())
        if share > 0:
            message = f"{share:.0%} of the values of {column} are imputed, not reported or derived".replace(
                "%", " %", 1
            )
            notes.append(Note("imputed-share", "warning" if share > 0.25 else "info", message))
    return notes
