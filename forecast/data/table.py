"""A table as its file gave it, and its columns checked on the way in: every complaint names row and column.

Rows are numbered as a spreadsheet shows them: the header of a CSV file is row 1.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.readers import _text
from forecast.errors import DataError, Problem, UsageError, did_you_mean
from forecast.provenance import sha256
from forecast.registry import Registry

READERS: Registry[object] = Registry("file format", "forecast.data.readers")

_SUFFIXES = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".parquet": "parquet", ".xlsx": "excel", ".xlsm": "excel",
}  # fmt: skip
_MAX_COLUMNS = 1_000


@dataclass(frozen=True)
class Table:
    """Rows of a file, not yet trusted.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text columns as in the file (``""`` where empty), or typed columns from a typed format.
    name : str
        The file, for messages.
    digest : str
        SHA-256 of the bytes read.
    first_row : int
        Number of the first data row, as a spreadsheet shows it.
    """

    frame: pd.DataFrame
    name: str
    digest: str
    first_row: int = 2

    def column(self, name: str, *, role: str = "") -> pd.Series:
        """Return a column as it was read.

        Raises
        ------
        DataError
            When there is none of that name, with the nearest one.
        """
        if name not in self.frame.columns:
            known = [str(column) for column in self.frame.columns]
            message = f"{self.name}: no column {name!r}{f' for {role}' if role else ''}"
            raise DataError(message + did_you_mean(name, known), hint=f"columns: {', '.join(known[:30])}")
        return self.frame[name]

    def numbers(
        self, name: str, *, positive: bool = False, required: bool = False, role: str = ""
    ) -> NDArray[np.float64]:
        """Return a column as floats, NaN where it is empty.

        Parameters
        ----------
        name : str
            The column.
        positive : bool
            Refuse zero and negative values.
        required : bool
            Refuse empty cells.
        role : str
            What the column is for, in messages.

        Raises
        ------
        DataError
            Naming each row whose value is text, infinite, or (where asked) not positive or missing.
        """
        raw = self.column(name, role=role)
        empty = raw.isna() | (raw.astype(str).str.strip() == "")
        values = pd.to_numeric(raw.where(~empty), errors="coerce").to_numpy(dtype=float, na_value=np.nan, copy=True)
        if not pd.api.types.is_numeric_dtype(raw):
            read = np.isfinite(values)
            values[read] = [float(cell) for cell in raw[read]]  # to the last digit, which pandas may round
        checks = [
            (
                np.isnan(values) & ~empty.to_numpy(),
                "is not a number; write 1.2e9, and leave unknown values empty",
            ),
            (np.isinf(values), "must be finite; leave unknown values empty"),
        ]
        if positive:
            checks.append((values <= 0, "must be greater than 0; leave unknown values empty"))
        if required:
            checks.append((empty.to_numpy(), "is empty; fill it in or drop the row"))
        self._refuse(name, raw, checks)
        return values

    def dates(self, name: str, *, latest: dt.date | None = None) -> NDArray[np.datetime64]:
        """Return a column as ``datetime64[D]``, NaT where it is empty.

        Parameters
        ----------
        name : str
            The column; ``2023``, ``2023-07`` and ``2023-07-18`` are dates.
        latest : datetime.date, optional
            Later dates are refused.

        Raises
        ------
        DataError
            Naming each row whose value is not a date, or lies in the future.
        """
        raw = self.column(name, role="the date")
        text = raw.astype(str).str.strip().str.removesuffix(" 00:00:00")
        empty = (raw.isna() | (text == "")).to_numpy()
        padded = text.where(text.str.len() != 4, text + "-01-01")
        padded = padded.where(padded.str.len() != 7, padded + "-01")
        iso = padded.str.fullmatch(r"\d{4}-\d{2}-\d{2}").fillna(False).astype(bool)
        days = {text: _day(text) for text in padded[iso].unique()}
        parsed = padded.where(iso).map(days).to_numpy("datetime64[D]")
        checks = [(np.isnat(parsed) & ~empty, "is not a date; write 2023, 2023-07 or 2023-07-18")]
        if latest is not None:
            late = parsed > np.datetime64(latest)
            checks.append((late, f"lies in the future (after {latest}); correct the date or drop the row"))
        self._refuse(name, raw, checks)
        return np.asarray(parsed)

    def _refuse(self, name: str, raw: pd.Series, checks: Sequence[tuple[NDArray[np.bool_], str]]) -> None:
        problems = [
            Problem(int(raw.index[int(row)]) + self.first_row, name, str(raw.iloc[row]), rule)
            for bad, rule in checks
            for row in np.flatnonzero(bad)
        ]
        if problems:
            problems.sort(key=lambda problem: problem.row or 0)
            count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
            message = f"{self.name}: {count} in {len(raw):,} rows"
            raise DataError(message, problems=problems)


def _day(text: str) -> np.datetime64:
    try:
        return np.datetime64(dt.date.fromisoformat(text), "D")
    except ValueError:  # 2023-02-30
        return np.datetime64("NaT", "D")


def read_table(source: str | Path, *, kind: str | None = None) -> Table:
    """Read a table from a file (``.csv .tsv .jsonl .json .parquet .xlsx``, also ``.gz``) or, for ``-``, from stdin.

    Parameters
    ----------
    source : str or Path
        The file, or ``"-"``.
    kind : str, optional
        The format's name, where the suffix does not tell; stdin is CSV, or JSON lines if it begins with ``{`` or ``[``.

    Raises
    ------
    UsageError
        When the file cannot be opened or its format is unknown.
    DataError
        When it is empty or not what its suffix says.
    """
    name = "standard input" if str(source) == "-" else str(source)
    content = sys.stdin.buffer.read() if str(source) == "-" else _read_bytes(Path(source))
    digest = sha256(content)
    if content[:2] == b"\x1f\x8b":
        content = _text.gunzip(content, name)
    if not content.strip():
        message = f"{name}: is empty"
        raise DataError(message, hint="a table needs a header row and at least one row of data")
    kind = kind or _kind(name, content)
    frame, first_row = READERS[kind](content, name)  # type: ignore[operator]
    _check_shape(frame, name)
    return Table(frame.reset_index(drop=True), name, digest, first_row)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        near = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = did_you_mean(path.name, near).removeprefix("; ") if near and len(near) < 1000 else None
        message = f"{path}: there is no such file"
        raise UsageError(message, hint=hint if hint and "did you" in hint else None) from error
    except IsADirectoryError as error:
        message = f"{path}: is a folder, not a file"
        raise UsageError(message) from error
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise UsageError(message) from error


def _kind(name: str, content: bytes) -> str:
    path = Path(name.removesuffix(".gz"))
    if name == "standard input":
        return "jsonl" if content.lstrip()[:1] in (b"{", b"[") else "csv"
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is None:
        message = f"{name}: unknown file type {path.suffix or 'without suffix'!r}"
        raise UsageError(message, hint=f"known: {', '.join(_SUFFIXES)} (and each with .gz), or - for standard input")
    return kind


def _check_shape(frame: pd.DataFrame, name: str) -> None:
    names = [str(column) for column in frame.columns]
    twice = sorted({n for n in names if names.count(n) > 1}) if len(names) <= _MAX_COLUMNS else []
    if len(names) > _MAX_COLUMNS:
        message = f"{name}: has {len(names):,} columns; at most {_MAX_COLUMNS:,} are read"
        raise DataError(message, hint="keep one row per observation; is the table transposed?")
    if twice:
        message = f"{name}: column {twice[0]!r} stands more than once in the header"
        raise DataError(message, hint="give every column a name of its own")
    if any(not n.strip() for n in names):
        message = f"{name}: column {names.index('') + 1 if '' in names else '?'} has no name in the header"
        raise DataError(message, hint="name every column")
    if frame.empty:
        message = f"{name}: has a header but no rows"
        raise DataError(message)
