"""A formula in every group of a table: one design of all rows, solved for the rows of each value of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.display import Displayed
from forecast.errors import FitError
from forecast.fitting.groups import COLUMNS, in_order, summary
from forecast.notes import Note
from forecast.provenance import Provenance
from forecast.regressions.design import Design
from forecast.regressions.doubts import FEW_GROUPS, ROWS_PER_COEFFICIENT
from forecast.regressions.expressions import Array
from forecast.regressions.formula import Formula
from forecast.regressions.result import LAW, Regression
from forecast.regressions.solving import solve
from forecast.regressions.spec import RegressionSpec
from forecast.regressions.variables import Rows

_FAILED, _WEAK = "failed", "weakly-identified"
#: Groups that a note names.
_NAMED = 3


@dataclass(frozen=True)
class GroupRegressions(Displayed):
    """The regressions of many groups, as a table.

    Parameters
    ----------
    formula : Formula
        What was fitted in each.
    spec : RegressionSpec
        How, every default resolved.
    by : str
        The column whose values are the groups.
    frame : pandas.DataFrame
        ``group, n, status, objective, quantity, kind, estimate, se, level, lower, upper, remark``, a row per group, quantity
        and level; a group that could not be fitted has one row, with status ``failed`` and the reason as its remark.
    notes : tuple of Note
        What to doubt.
    provenance : Provenance
        What it was made from.
    """

    formula: Formula
    spec: RegressionSpec
    by: str
    frame: pd.DataFrame
    notes: tuple[Note, ...]
    provenance: Provenance

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.frame

    def summary(self) -> pd.DataFrame:
        """Return one row per group: status, and each quantity with its bounds at the widest level."""
        return summary(self.frame, max(self.spec.levels))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        return {
            "law": LAW,
            "formula": self.formula.text,
            "by": self.by,
            "groups": int(self.frame["group"].nunique()),
            "estimator": self.spec.estimator,
            "quantile": self.spec.quantile,
            "covariance": self.spec.covariance,
            "rows": [{str(k): v for k, v in row.items()} for row in self.frame.to_dict("records")],
        }


def regress_groups(
    spec: RegressionSpec, design: Design, rows: Rows, response: Array, by: str, name: str, provenance: Provenance
) -> GroupRegressions:
    """Regress each group of checked rows.

    Parameters
    ----------
    spec : RegressionSpec
        Every default resolved.
    design, rows, response
        Of all rows.
    by : str
        The column of the groups, for messages.
    name : str
        The table, for messages.
    provenance : Provenance
        What it is made from.

    Raises
    ------
    FitError
        When no group can be fitted.
    """
    assert rows.by is not None
    codes = np.asarray(rows.by.codes)
    labels = [str(label) for label in rows.by.categories]
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(codes, minlength=len(labels)))[:-1])
    table: list[dict[str, Any]] = []
    failed: dict[str, FitError] = {}
    absent: dict[str, list[str]] = {}
    few = few_clusters = 0
    for label, own in zip(labels, members, strict=True):
        try:
            made = _one(spec, design, rows, response, own, provenance)
        except FitError as error:
            failed[label] = error
            table.append({"group": label, "n": len(own), "status": _FAILED, "remark": error.message})
            continue
        gone = [column for column in design.names if column not in made.names]
        if gone:
            absent[label] = gone
        few += made.count < ROWS_PER_COEFFICIENT * len(made.names)
        few_clusters += made.rows.cluster is not None and int(made.rows.cluster.max()) + 1 < FEW_GROUPS
        head = {"group": label, "n": made.count, "status": made.status, "objective": made.estimated.objective}
        remark = f"no row for {', '.join(gone)}" if gone else ""
        table += [{**head, **row, "remark": remark} for row in made.entries()]
    size = dict(zip(labels, map(len, members), strict=True))
    # what the largest groups lack says most
    failed = {label: failed[label] for label in sorted(failed, key=lambda label: -size[label])}
    if len(failed) == len(labels):
        first = next(iter(failed))
        message = f"{name}: no value of {by!r} can be fitted; the largest group is {first!r}: {failed[first].message}"
        raise FitError(message, hint=failed[first].hint)
    frame = in_order(pd.DataFrame(table).reindex(columns=[*COLUMNS, "remark"]))
    notes = [*_left(failed, absent, by), *_doubts(frame, spec, len(labels), few, few_clusters)]
    return GroupRegressions(design.formula, spec, by, frame, tuple(notes), provenance)


def _one(
    spec: RegressionSpec, design: Design, rows: Rows, response: Array, own: NDArray[np.intp], provenance: Provenance
) -> Regression:
    """Return the regression of a group; its errors do not name the group."""
    if not len(own):
        message = "no row has every column filled"
        raise FitError(message, hint="leave a column out of the formula, or choose another for the groups")
    part, kept = design.part(own), rows.take(own)
    if len(own) > len(part.names):
        _check_references(part, kept)
    try:
        return solve(spec, part, kept, response[own], "", 0, provenance)
    except FitError as error:
        raise FitError(error.message.removeprefix(": "), hint=error.hint) from error


def _check_references(design: Design, rows: Rows) -> None:
    """Refuse categories without the one that the others are compared with."""
    for text, levels in design.levels.items():
        variable = rows.variables[getattr(design.formula.factors[text], "name", text)]
        compared = any(name.startswith(f"{text}[T.") for name in design.names)
        if compared and design.formula.has_intercept and levels[0] not in variable.values:
            message = f"no row has {variable.column} {levels[0]!r}, with which {text} compares the others"
            raise FitError(message, hint=f"compare with a category that the groups share: C({variable.name}, '…')")


def _left(failed: dict[str, FitError], absent: dict[str, list[str]], by: str) -> list[Note]:
    """Return notes on groups that were not fitted, or not with every term."""
    notes = []
    if failed:
        values = "1 value" if len(failed) == 1 else f"{len(failed):,} values"
        reasons = {label: error.message for label, error in failed.items()}
        message = f"{values} of {by!r} could not be fitted: {_told(reasons)}"
        hint = next(iter(failed.values())).hint or ""
        notes.append(Note("failed-groups", "warning", message, f"{hint[:1].upper()}{hint[1:]}."))
    if absent:
        groups = "1 group" if len(absent) == 1 else f"{len(absent):,} groups"
        reasons = {
            label: f"no row for {gone[0]}{f' and {len(gone) - 1} more' if gone[1:] else ''}"
            for label, gone in absent.items()
        }
        message = f"{groups} without some of the categories: {_told(reasons)}"
        notes.append(Note("absent-categories", "info", message, "The other coefficients mean the same as elsewhere."))
    return notes


def _told(reasons: dict[str, str]) -> str:
    told = "; ".join(f"{label} ({reason})" for label, reason in list(reasons.items())[:_NAMED])
    return told + ("; …, told in the column remark" if len(reasons) > _NAMED else "")


def _doubts(frame: pd.DataFrame, spec: RegressionSpec, total: int, few: int, few_clusters: int) -> list[Note]:
    notes = []
    weak = int((frame.drop_duplicates("group")["status"] == _WEAK).sum())
    if weak:
        message = f"{weak:,} of {total:,} groups are {_WEAK}; their rows say so"
        notes.append(Note(_WEAK, "warning", message))
    if few:
        message = (
            f"fewer than {ROWS_PER_COEFFICIENT} rows for each coefficient in {few:,} of {total:,} groups; intervals from so "
            "few are a rough guide"
        )
        notes.append(Note("few-points", "warning", message))
    if few_clusters:
        message = (
            f"fewer than {FEW_GROUPS} values of {spec.group!r} in {few_clusters:,} of {total:,} groups; cluster intervals from "
            "so few are too narrow"
        )
        notes.append(Note("few-clusters", "warning", message))
    return notes
