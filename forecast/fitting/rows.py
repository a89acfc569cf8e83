"""The data of a fit: columns checked on the way in, then plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.filters import keep
from forecast.data.schema import dataset_names
from forecast.data.table import Table, read_table
from forecast.dates import decimal_year
from forecast.errors import DataError, Problem, UsageError, did_you_mean
from forecast.fitting.roles import Roles, assign
from forecast.fitting.spec import FitSpec
from forecast.laws import Law
from forecast.laws._law import Array
from forecast.notes import Note
from forecast.provenance import sha256

Source = str | Path | pd.DataFrame | Table | Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Rows:
    """Checked rows.

    Parameters
    ----------
    inputs : mapping of str to array of shape (n,)
        By the law's symbols.
    output, weight : array of shape (n,)
        The response, and weights.
    cluster : array of int of shape (n,) or None
        Which rows share a run.
    by : array of str of shape (n,) or None
        The group that each row is fitted in.
    columns : mapping
        Column of each role.
    dated : bool
        Whether the input of time came as dates.
    name, digest : str
        The table, and its SHA-256.
    notes : tuple of Note
        What was guessed or left out.
    """

    inputs: Mapping[str, Array]
    output: Array
    weight: Array
    cluster: NDArray[np.intp] | None
    by: NDArray[np.str_] | None
    columns: Mapping[str, str]
    dated: bool
    name: str
    digest: str
    notes: tuple[Note, ...]


def as_table(data: Source) -> Table:
    """Return a table: a file, ``-``, a bundled table by its name, a frame, or columns.

    Raises
    ------
    UsageError, DataError
        When it cannot be read.
    """
    if isinstance(data, Table):
        return data
    if isinstance(data, str | Path):
        name = str(data)
        if name in dataset_names() and not Path(name).exists():
            from forecast.data.resources import datasets_folder
            from forecast.data.schema import resource

            return replace(read_table(datasets_folder() / resource(name).path), name=name)
        if name != "-" and not Path(name).suffix and not Path(name).exists():
            message = f"{name}: there is no such file or bundled table{did_you_mean(name, dataset_names())}"
            raise UsageError(message)
        return read_table(data)
    frame = data if isinstance(data, pd.DataFrame) else pd.DataFrame({k: np.asarray(v) for k, v in data.items()})
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        message = f"the data frame: column {str(twice[0])!r} stands more than once"
        raise DataError(message, hint="give every column a name of its own")
    if frame.empty:
        message = "the data frame has no rows"
        raise DataError(message)
    frame = frame.rename(columns=str).reset_index(drop=True)
    digest = sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return Table(frame, "the data frame", digest, 0)


def read_rows(
    table: Table, law: Law, spec: FitSpec, where: Sequence[str], by: str | None, *, drop_missing: bool
) -> Rows:
    """Return the checked rows of a table.

    Parameters
    ----------
    table : Table
        As read.
    law : Law
        What its columns are for.
    spec : FitSpec
        Roles, weights and group.
    where : sequence of str
        Conditions that rows must match.
    by : str, optional
        Column whose values are fitted apart.
    drop_missing : bool
        Leave out rows with an empty cell instead of refusing them.

    Raises
    ------
    UsageError, DataError
        Naming the row, the column, the value and the remedy.
    """
    known = [str(column) for column in table.frame.columns]
    roles = assign(law, spec.roles, known, table.name)
    for role, column in roles.columns.items():
        table.column(column, role=f"{role} ({_meaning(law, role)})")
    notes = list(roles.notes)
    total = len(table.frame)
    if where:
        kept = keep(table.frame, where, table.name)
        table, left = _take(table, kept)
        notes.append(Note("filtered-rows", "info", f"{left} of {total} rows match {' and '.join(where)}"))
    others = [column for column in (spec.weights, spec.group, by) if column is not None]
    if drop_missing:
        used = [*roles.columns.values(), *others]
        empty = np.zeros(len(table.frame), dtype=bool)
        for column in used:
            raw = table.column(column)
            empty |= (raw.isna() | (raw.astype(str).str.strip() == "")).to_numpy()
        if empty.all():
            message = f"{table.name}: every row has an empty cell in one of {', '.join(used)}"
            raise DataError(message)
        if empty.any():
            table, left = _take(table, ~empty)
            notes.append(Note("dropped-rows", "info", f"{int(empty.sum())} rows with an empty cell were left out"))
    return _read(table, law, spec, roles, by, notes)


def _read(table: Table, law: Law, spec: FitSpec, roles: Roles, by: str | None, notes: list[Note]) -> Rows:
    asked, response = law.asks()
    positive = {item.name: item.positive for item in asked}
    values: dict[str, Array] = {}
    dated = False
    for role, column in roles.columns.items():
        if role == response.name:
            continue
        if not positive.get(role, True) and _holds_dates(table, column):
            values[role] = decimal_year(_required_dates(table, column))
            dated = True
        else:
            values[role] = _numbers(table, column, role, positive=positive.get(role, True))
    for role in roles.computed:
        values[role] = _compute(role, values)
    output = _numbers(table, roles.columns[response.name], response.name, positive=response.positive)
    weight = np.ones(len(output))
    if spec.weights is not None:
        weight = _numbers(table, spec.weights, "the weights", positive=True)
    cluster = None
    if spec.group is not None:
        cluster = np.unique(_labels(table, spec.group), return_inverse=True)[1]
    labels = None if by is None else _labels(table, by)
    inputs = {item.name: values[item.name] for item in asked}
    return Rows(
        inputs, output, weight, cluster, labels, dict(roles.columns), dated, table.name, table.digest, tuple(notes)
    )


def _meaning(law: Law, role: str) -> str:
    inputs, output = law.asks()
    return next((item.meaning for item in (*inputs, output) if item.name == role), "training compute")


def _take(table: Table, kept: NDArray[np.bool_]) -> tuple[Table, int]:
    # rows keep the numbers they have in the file, for messages
    return Table(table.frame[kept], table.name, table.digest, table.first_row), int(kept.sum())


def _numbers(table: Table, column: str, role: str, *, positive: bool) -> Array:
    return table.numbers(column, positive=positive, required=True, role=role)


def _holds_dates(table: Table, column: str) -> bool:
    raw = table.column(column)
    if pd.api.types.is_datetime64_any_dtype(raw):
        return True
    filled = raw.dropna().astype(str).str.strip()
    filled = filled[filled != ""]
    return bool(filled.str.match(r"\d{4}-\d{1,2}").any())


def _required_dates(table: Table, column: str) -> NDArray[np.datetime64]:
    raw = table.column(column)
    typed = pd.api.types.is_datetime64_any_dtype(raw)
    dates = raw.to_numpy("datetime64[D]") if typed else table.dates(column)
    missing = np.flatnonzero(np.isnat(dates))
    if len(missing):
        rows = [int(table.frame.index[int(i)]) + table.first_row for i in missing]
        problems = [
            Problem(row, column, "", "is empty; fill it in, or leave such rows out with --drop-missing") for row in rows
        ]
        message = f"{table.name}: {len(problems)} problem{'s' if len(problems) > 1 else ''} in {len(dates):,} rows"
        raise DataError(message, problems=problems)
    return np.asarray(dates)


def _labels(table: Table, column: str) -> NDArray[np.str_]:
    raw = table.column(column)
    text = raw.where(raw.notna(), "").astype(str).str.strip()
    empty = np.flatnonzero((text == "").to_numpy())
    if len(empty):
        rule = "is empty; name the group, or leave such rows out with --drop-missing"
        problems = [Problem(int(table.frame.index[int(i)]) + table.first_row, column, None, rule) for i in empty]
        message = f"{table.name}: {len(problems)} rows have no {column}"
        raise DataError(message, problems=problems)
    return text.to_numpy(dtype=str)


def _compute(role: str, values: Mapping[str, Array]) -> Array:
    if role == "C":
        return 6 * values["N"] * values["D"]
    return values["C"] / (6 * values["N" if role == "D" else "D"])
