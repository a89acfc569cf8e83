"""Fits of many groups for a reader: verdicts counted, the first groups shown; the data formats hold all."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from forecast.fitting.groups import GroupFits
from forecast.fitting.result import GROUPS_SCHEMA
from forecast.laws import LAWS
from forecast.regressions.groups import GroupRegressions
from forecast.report.document import Answer, Block, Code, Document, Section, Table, Text
from forecast.report.pages.fit import format_number
from forecast.report.pages.prediction import percent

#: How many groups and, where they take several rows each, about how many rows a reader is shown.
_SHOWN, _ROWS = 20, 40
#: How many of those that could not be fitted, the largest first.
_FAILED = 5
#: So many quantities have a column each.
_BESIDE = 6


def groups_answer(fits: GroupFits) -> Answer:
    """Return the answer of `forecast fit --by-group` with a law."""
    return Answer(
        schema=GROUPS_SCHEMA,
        result=fits.to_dict(),
        document=_document(fits, fits.law.title.capitalize(), fits.law.formula),
        notes=fits.notes,
        provenance=fits.provenance.to_dict(),
        explains=("forecast.fitting.groups", LAWS.module(fits.law.name)),
        topics=(f"law:{fits.law.name}",),
    )


def regression_groups_answer(fits: GroupRegressions) -> Answer:
    """Return the answer of `forecast fit --by-group` with a formula."""
    return Answer(
        schema=GROUPS_SCHEMA,
        result=fits.to_dict(),
        document=_document(fits, "Regressions", fits.formula.text),
        notes=fits.notes,
        provenance=fits.provenance.to_dict(),
        explains=("forecast.regressions.groups", "forecast.regressions.estimators", "forecast.regressions.formula"),
    )


def _document(fits: GroupFits | GroupRegressions, title: str, formula: str) -> Document:
    wide = fits.summary()
    counts = ", ".join(f"{count} {name}" for name, count in wide["status"].value_counts().items())
    names = list(dict.fromkeys(fits.frame["quantity"].dropna()))
    failed = wide["status"] == "failed"
    lost = wide[failed].sort_values("n", ascending=False, kind="stable").head(_FAILED)
    columns, rows, shown = _table(pd.concat([wide[~failed], lost]), names)
    caption = f"estimates with {percent(max(fits.spec.levels))} intervals"
    if shown < len(wide):
        caption += f"; {shown} of {len(wide):,} groups, all of them with -f csv or --json"
    blocks: list[Block] = [
        Text(f"{len(wide):,} group{'s' if len(wide) != 1 else ''} by {fits.by}: {counts}.", strong=True),
        Code(formula),
        Table([fits.by, "n", "status", *columns], rows, caption, numeric=("n",)),
    ]
    return Document(f"{title} by {fits.by}", [Section("", blocks)])


def _table(wide: pd.DataFrame, names: Sequence[str]) -> tuple[list[str], list[list[str]], int]:
    """Return columns after the status, rows, and how many groups they hold: a column or, of many, a row per quantity."""
    beside = len(names) <= _BESIDE
    rows: list[list[str]] = []
    shown = 0
    for group, row in wide.head(_SHOWN).iterrows():
        cells = {name: _cell(row, name) for name in names}
        head = [str(group), f"{int(row['n']):,}", row["status"]]
        if beside:
            rows.append([*head, *cells.values()])
        else:
            filled = [[name, cell] for name, cell in cells.items() if cell]
            rows += [[*head, *pair] for pair in filled or [["", ""]]]
        shown += 1
        if len(rows) >= _ROWS:
            break
    return [*names] if beside else ["quantity", "estimate"], rows, shown


def _cell(row: pd.Series, name: str) -> str:
    if math.isnan(row[name]):
        return ""
    error = (row[f"{name}_upper"] - row[f"{name}_lower"]) / 3.3
    bounds = [format_number(row[f"{name}_{side}"], error) for side in ("lower", "upper")]
    return f"{format_number(row[name], error)} ({bounds[0]} to {bounds[1]})"
