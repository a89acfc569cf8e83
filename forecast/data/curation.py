"""Decisions about single models: rename, merge, add, set, exclude; each with its reason and source.

A decision says what it expects to find. Where a newer download has another value, the decision lapses and says so,
so that a correction at the source is never overwritten by ours.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

import pandas as pd

from forecast.data.resources import datasets_folder

ANYTHING = "*"
_OWN = ("Epoch AI, the row", "Epoch AI, both rows", "Epoch AI, rows ", "Arithmetic on the row")


@dataclass(frozen=True)
class Decision:
    """A row of ``curation.csv``; its columns are described in the data package."""

    action: str
    name: str
    column: str
    old_value: str
    new_value: str
    reason: str
    source: str


@dataclass(frozen=True)
class Lapsed:
    """A decision that was not applied, and why."""

    decision: Decision
    why: str


def load_decisions() -> list[Decision]:
    """Return the bundled decisions, in the order in which they apply."""
    with (datasets_folder() / "curation.csv").open(encoding="utf-8", newline="") as stream:
        names = [item.name for item in fields(Decision)]
        return [Decision(**{name: row[name] for name in names}) for row in csv.DictReader(stream)]


def curate(frame: pd.DataFrame, decisions: Iterable[Decision]) -> tuple[pd.DataFrame, list[Lapsed]]:
    """Apply decisions in order to a frame of text.

    Parameters
    ----------
    frame : pandas.DataFrame
        Clean text with the columns of the data package; ``name`` is unique.
    decisions : iterable of Decision
        As of :func:`load_decisions`.

    Returns
    -------
    pandas.DataFrame
        The same columns; merged rows are gone, added ones stand last.
    list of Lapsed
        Decisions that found something else than they expect.
    """
    rows: dict[str, dict[str, str]] = {
        str(row["name"]): {str(key): str(value) for key, value in row.items()} for row in frame.to_dict("records")
    }
    lapsed = []
    for decision in decisions:
        why = _ACTIONS[decision.action](rows, decision)
        if why:
            lapsed.append(Lapsed(decision, why))
    return pd.DataFrame(list(rows.values()), columns=frame.columns), lapsed


Rows = dict[str, dict[str, str]]


def _rename(rows: Rows, decision: Decision) -> str:
    if decision.name not in rows:
        return "there is no such row"
    if decision.new_value in rows:
        return f"there already is a row {decision.new_value!r}"
    renamed = {
        (decision.new_value if name == decision.name else name): row for name, row in rows.items()
    }  # the place in the table stays
    rows.clear()
    rows.update(renamed)
    rows[decision.new_value]["name"] = decision.new_value
    _refer(rows, decision)
    return ""


def _merge(rows: Rows, decision: Decision) -> str:
    if decision.name not in rows or decision.new_value not in rows:
        return f"the rows {decision.name!r} and {decision.new_value!r} are not both there"
    gone, stays = rows.pop(decision.name), rows[decision.new_value]
    for column, value in gone.items():
        if stays[column] == "":
            stays[column] = value
    _cite(stays, gone["source"])
    _refer(rows, decision)
    return ""


def _refer(rows: Rows, decision: Decision) -> None:
    for row in rows.values():
        if decision.name in row["base_model"]:
            bases = [decision.new_value if base == decision.name else base for base in row["base_model"].split("; ")]
            row["base_model"] = "; ".join(bases)


def _add(rows: Rows, decision: Decision) -> str:
    if decision.name in rows:
        return "there already is such a row"
    columns = next(iter(rows.values()), {})
    rows[decision.name] = dict.fromkeys(columns, "") | {
        "name": decision.name, "published": decision.new_value, "notable": "false", "source": decision.source,
    }  # fmt: skip
    return ""


def _set(rows: Rows, decision: Decision) -> str:
    row = rows.get(decision.name)
    if row is None:
        return "there is no such row"
    found = row[decision.column]
    if decision.old_value != ANYTHING and not same(found, decision.old_value):
        return f"{decision.column} is {found!r}, not {decision.old_value!r}"
    row[decision.column] = decision.new_value
    status = f"{decision.column}_status"
    if status in row:
        row[status] = "reported" if decision.new_value else ""
    _cite(row, decision.source)
    return ""


def _exclude(rows: Rows, decision: Decision) -> str:
    row = rows.get(decision.name)
    if row is None:
        return "there is no such row"
    row["exclusion_reason"] = decision.new_value
    return ""


def _keep(rows: Rows, decision: Decision) -> str:
    return "" if decision.name in rows else "there is no such row"


_ACTIONS = {"rename": _rename, "merge": _merge, "add": _add, "set": _set, "exclude": _exclude, "keep": _keep}


def _cite(row: dict[str, str], source: str) -> None:
    """Add the publications of a decision; what follows from the row itself is no publication."""
    cited = row["source"].split("; ") if row["source"] else []
    fresh = [part for part in source.split("; ") if not part.startswith(_OWN)]
    row["source"] = "; ".join(dict.fromkeys([*cited, *fresh]))


def same(found: str, expected: str) -> bool:
    """Return whether two cells say the same, as numbers where both are.

    Examples
    --------
    >>> same("4.3e+23", "4.30e23"), same("", "0")
    (True, False)
    """
    if found == expected:
        return True
    try:
        return float(found) == float(expected)
    except ValueError:
        return False


def explained(decisions: Iterable[Decision]) -> Mapping[tuple[str, str], Decision]:
    """Return the findings that are known and stand: (check, name) -> the decision to keep."""
    return {(decision.column, decision.name): decision for decision in decisions if decision.action == "keep"}
