"""Columns and cells against the schema: presence, type, range, allowed texts, uniqueness, references."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np
import pandas as pd

from forecast.data.checks._check import Check, Subject, Suspicion
from forecast.data.cleaning import iso_date, number
from forecast.data.schema import Field

_NONE = np.array([], dtype=np.intp)


def _find(subject: Subject) -> Iterator[Suspicion]:
    about = subject.resource
    if about is None:
        return
    yield from _columns(subject)
    for item in about.fields:
        if subject.has(item.name):
            yield from _cells(subject, item)


def _columns(subject: Subject) -> Iterator[Suspicion]:
    about = subject.resource
    assert about is not None
    for item in about.fields:
        if item.required and not subject.has(item.name):
            yield Suspicion(item.name, _NONE, f"the column {item.name!r} is missing", "add it", "error", True)
    for name in map(str, subject.frame.columns):
        if name not in about.columns:
            near = difflib.get_close_matches(name, about.columns, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else "it is not read; drop it or keep it for yourself"
            yield Suspicion(name, _NONE, f"the schema {about.name!r} has no column {name!r}", remedy, whole_column=True)


def _cells(subject: Subject, item: Field) -> Iterator[Suspicion]:
    cells = subject.text(item.name)
    filled = (cells != "").to_numpy()
    if item.required:
        yield Suspicion(item.name, ~filled, "is empty, and may not be", "fill it in, or drop the row", "error")
    if item.type in ("number", "integer"):
        yield from _numbers(subject, item, cells, filled)
    elif item.type == "date":
        values = {cell: iso_date(cell) for cell in cells.unique()}
        bad = filled & (cells.map(values) != cells).to_numpy()
        remedies = [f"write {values[cell]}" if values[cell] else "write it like 2023-07-18" for cell in cells[bad]]
        yield Suspicion(item.name, bad, "is not a date of ISO 8601", remedies, "error")
    elif item.type == "boolean":
        bad = filled & ~cells.str.casefold().isin(["true", "false"]).to_numpy()
        yield Suspicion(item.name, bad, "is neither true nor false", "write true or false", "error")
    if item.enum:
        bad = filled & ~cells.isin(item.enum).to_numpy()
        yield Suspicion(
            item.name, bad, "is none of the allowed texts", f"write one of: {', '.join(item.enum)}", "error"
        )
    if item.constraints.get("unique"):
        bad = filled & cells.duplicated().to_numpy()
        yield Suspicion(item.name, bad, "stands more than once", "merge the rows, or rename one", "error")


def _numbers(subject: Subject, item: Field, cells: pd.Series, filled: np.ndarray) -> Iterator[Suspicion]:
    values = subject.numbers(item.name)
    text = filled & np.isnan(values)
    found = [number(cell.strip()) for cell in cells[text]]
    remedies = [f"write {value}" if value else "write a number, or leave it empty where unknown" for value in found]
    yield Suspicion(item.name, text, "is not a number", remedies, "error")
    whole = ~np.isnan(values) & (values != np.round(values))
    if item.type == "integer":
        yield Suspicion(item.name, whole, "is not a whole number", "write a whole number", "error")
    percent = np.zeros(len(values), dtype=bool)
    if item.unit == "fraction":
        percent = (values > 1) & (values <= 100)
        remedies = [f"write {value / 100:g}" for value in values[percent]]
        yield Suspicion(item.name, percent, "is a percentage where a fraction belongs", remedies, "error")
    unit = f" {item.unit}" if item.unit else ""
    if item.minimum is not None:
        low = values < float(item.minimum)
        rule = f"is below the smallest plausible value, {float(item.minimum):g}{unit}"
        yield Suspicion(item.name, low, rule, "correct it (order of magnitude? unit?), or leave it empty", "error")
    if item.maximum is not None:
        high = (values > float(item.maximum)) & ~percent
        rule = f"is above the largest plausible value, {float(item.maximum):g}{unit}"
        yield Suspicion(item.name, high, rule, "correct it (order of magnitude? unit?), or leave it empty", "error")


ENTRY = Check(
    "missing and unknown columns, text among numbers, values out of range, percentages, repeated keys", (), _find
)
