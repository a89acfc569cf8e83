"""Many fits at once: the rows of each value of a column, in one batched call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.display import Displayed
from forecast.errors import FitError, UsageError
from forecast.fitting.bounds import Theory, quantiles, stacked
from forecast.fitting.problem import make_problem, resolved
from forecast.fitting.rows import Rows
from forecast.fitting.spec import FitSpec
from forecast.intervals import INTERVALS
from forecast.laws import Law
from forecast.laws._law import Array
from forecast.notes import Note
from forecast.provenance import Provenance
from forecast.settings import generator
from forecast.solve.search import Optimum, Status, search

#: Numbers of draws held at once.
_BLOCK = 20_000_000
#: Of the table of many fits.
COLUMNS = ("group", "n", "status", "objective", "quantity", "kind", "estimate", "se", "level", "lower", "upper")


@dataclass(frozen=True)
class GroupFits(Displayed):
    """The fits of many groups, as a table; the draws are not kept.

    Parameters
    ----------
    law : Law
        What was fitted in each.
    spec : FitSpec
        How.
    by : str
        The column whose values are the groups.
    frame : pandas.DataFrame
        ``group, n, status, objective, quantity, kind, estimate, se, level, lower, upper``, a row per group, quantity and
        level; a group that could not be fitted has one row, with status ``failed``.
    notes : tuple of Note
        What to doubt.
    provenance : Provenance
        What it was made from.
    """

    law: Law
    spec: FitSpec
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
            "law": self.law.name,
            "formula": self.law.formula,
            "by": self.by,
            "groups": int(self.frame["group"].nunique()),
            "loss": self.spec.resolved_loss(self.law).label,
            "space": self.spec.space,
            "intervals": self.spec.intervals,
            "rows": [{str(k): v for k, v in row.items()} for row in self.frame.to_dict("records")],
        }


def summary(frame: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return one row per group of a table of many fits: status, and each quantity with its bounds at a level."""
    widest = frame[(frame["level"] == level) | frame["level"].isna()]
    head = widest.drop_duplicates("group").set_index("group")[["n", "status", "objective"]]
    wide = widest.dropna(subset=["quantity"]).pivot_table(
        index="group", columns="quantity", values=["estimate", "lower", "upper"], sort=False
    )
    named = [tuple(map(str, column)) for column in wide.columns]
    wide.columns = pd.Index([pair[1] if pair[0] == "estimate" else f"{pair[1]}_{pair[0]}" for pair in named])
    return head.join(wide)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of many fits by group: by number where all groups are numbers, so that 2 stands before 10.

    Examples
    --------
    >>> list(in_order(pd.DataFrame({"group": ["10", "2", "1e1"]}))["group"])
    ['2', '10', '1e1']
    """

    def numbers(labels: pd.Series) -> pd.Series:
        found = pd.to_numeric(labels, errors="coerce")
        return labels if found.isna().any() else found

    return frame.sort_values("group", kind="stable", key=numbers, ignore_index=True)


def fit_groups(rows: Rows, form: Law, spec: FitSpec, by: str, stream: int, provenance: Provenance) -> GroupFits:
    """Fit each group of checked rows.

    Raises
    ------
    UsageError
        For intervals that only a single fit has.
    FitError
        When no group has enough rows.
    """
    if form.asks() != (form.inputs, form.output):
        message = f"the law {form.name} does not go with --by-group"
        raise UsageError(message, hint="fit one group at a time with --where")
    if spec.delta == "auto":
        message = "--delta auto does not go with --by-group"
        raise UsageError(message, hint="fit one group with --where to see a delta that suits, and give that")
    if spec.group is not None or spec.intervals in ("profile", "cluster") or spec.kind == "bca":
        what = "--group" if spec.group else "--bca" if spec.kind == "bca" else f"--intervals {spec.intervals}"
        message = f"{what} does not go with --by-group"
        raise UsageError(message, hint="use pairs, residual or analytic intervals, or fit one group with --where")
    assert rows.by is not None
    law = form.prepared(rows.inputs)
    free = len(law.names) - len(spec.fixed)
    labels, place = np.unique(rows.by, return_inverse=True)
    counts = np.bincount(place)
    order = np.argsort(place, kind="stable")
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    enough = (counts > free) & _varied(rows, order, first, counts)
    if not enough.any():
        message = f"{rows.name}: no value of {by!r} has the {free + 1} different rows that the law {law.name} needs"
        raise FitError(message, hint=f"the largest group has {counts.max()} rows; is {by!r} the right column?")
    parts = [
        pd.DataFrame({"group": labels[~enough], "n": counts[~enough], "status": str(Status.FAILED)}).assign(
            objective=np.nan
        )
    ]
    settled = spec
    for members in _buckets(np.flatnonzero(enough), counts):
        inputs, output, weight = _padded(rows, order, first[members], counts[members])
        problem = make_problem(law, spec, inputs, output, weight)
        optimum = search(problem)
        settled = resolved(spec, law, optimum)
        parts.append(_frame(optimum, law, settled, labels[members], stream))
    frame = in_order(pd.concat([part for part in parts if len(part)], ignore_index=True))
    settings = {**provenance.settings, **settled.to_dict(), "by_group": by, "columns": dict(rows.columns)}
    return GroupFits(
        law,
        settled,
        by,
        frame[list(COLUMNS)],
        (*rows.notes, *_notes(frame, by)),
        replace(provenance, settings=settings),
    )


def _varied(
    rows: Rows, order: NDArray[np.intp], first: NDArray[np.intp], counts: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return which groups have inputs that differ within them."""
    result = np.ones(len(counts), dtype=bool)
    for values in rows.inputs.values():
        ordered = values[order]
        high, low = np.maximum.reduceat(ordered, first), np.minimum.reduceat(ordered, first)
        result &= high > low * (1 + 1e-12)
    return result


def _buckets(groups: NDArray[np.intp], counts: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Give groups of similar size together, so that padding stays small."""
    size = np.ceil(np.log2(np.maximum(counts[groups], 8))).astype(int)
    for power in np.unique(size):
        yield groups[size == power]


def _padded(
    rows: Rows, order: NDArray[np.intp], first: NDArray[np.intp], counts: NDArray[np.intp]
) -> tuple[dict[str, Array], Array, Array]:
    """Return inputs, outputs and weights of shape (groups, n); what pads repeats the first row, with weight 0."""
    column = np.arange(counts.max())
    real = column[None, :] < counts[:, None]
    pick = order[first[:, None] + np.where(real, column[None, :], 0)]
    inputs = {name: values[pick] for name, values in rows.inputs.items()}
    return inputs, rows.output[pick], np.where(real, rows.weight[pick], 0.0)


def _frame(optimum: Optimum, law: Law, spec: FitSpec, labels: NDArray[np.str_], stream: int) -> pd.DataFrame:
    """Return the long table of a bucket of groups."""
    model = optimum.problem.model
    here = model.natural(optimum.theta)
    derived = law.derived(here)
    names = (*law.names, *derived)
    values = np.concatenate([here, stacked(derived, len(here))], axis=1)
    errors, bounds = _bounds(optimum, law, spec, len(names), stream)
    groups, levels, size = len(labels), len(spec.levels), len(names)
    per = size * levels
    status = np.array([str(certificate.status) for certificate in optimum.certificates])
    objective = np.array([certificate.objective for certificate in optimum.certificates])
    kinds = np.where(np.arange(size) < len(law.names), "parameter", "derived")
    return pd.DataFrame(
        {
            "group": np.repeat(labels, per),
            "n": np.repeat(optimum.problem.counts, per),
            "status": np.repeat(status, per),
            "objective": np.repeat(objective, per),
            "quantity": np.tile(np.repeat(names, levels), groups),
            "kind": np.tile(np.repeat(kinds, levels), groups),
            "estimate": np.repeat(values.ravel(), levels),
            "se": np.repeat(errors.ravel(), levels),
            "level": np.tile(spec.levels, groups * size),
            "lower": bounds[:, :, 0].transpose(0, 2, 1).ravel(),
            "upper": bounds[:, :, 1].transpose(0, 2, 1).ravel(),
        }
    )


def _bounds(optimum: Optimum, law: Law, spec: FitSpec, size: int, stream: int) -> tuple[Array, Array]:
    """Return standard errors (groups, k) and bounds (groups, levels, 2, k)."""
    problem, model = optimum.problem, optimum.problem.model
    method = INTERVALS[spec.intervals]

    def everything(parameters: Array) -> Array:
        return np.concatenate([parameters, stacked(law.derived(parameters), len(parameters))], axis=1)

    if method.bounds == "theory":
        return Theory(model, optimum.theta, optimum.covariance.matrix, optimum.covariance.freedom).interval(
            everything, spec.levels
        )
    errors = np.empty((problem.groups, size))
    bounds = np.empty((problem.groups, len(spec.levels), 2, size))
    for count in np.unique(problem.counts):
        same = np.flatnonzero(problem.counts == count)
        block = max(1, _BLOCK // (spec.draws * size))
        for first in range(0, len(same), block):
            part = same[first : first + block]
            # each block starts the stream anew: a group gets the resamples that it would get alone
            theta = method.draw(optimum, part, spec.draws, generator(stream))
            drawn = everything(model.natural(theta.reshape(-1, theta.shape[2]))).reshape(len(part), spec.draws, size)
            if np.isfinite(drawn).all():
                errors[part] = drawn.std(axis=1, ddof=1)
                bounds[part] = np.moveaxis(quantiles(np.moveaxis(drawn, 1, 0), spec.levels), 2, 0)
                continue
            for g, own in zip(part, drawn, strict=True):
                good = own[np.isfinite(own).all(axis=1)]
                errors[g] = good.std(axis=0, ddof=1) if len(good) > 1 else np.nan
                bounds[g] = quantiles(own, spec.levels)
    return errors, bounds


def _notes(frame: pd.DataFrame, by: str) -> list[Note]:
    counts = frame.drop_duplicates("group")["status"].value_counts()
    notes = []
    failed = int(counts.get(str(Status.FAILED), 0))
    if failed:
        few = frame[frame["status"] == str(Status.FAILED)]["group"].head(5)
        values = "1 value" if failed == 1 else f"{failed} values"
        message = f"{values} of {by!r} could not be fitted (too few different rows, or no optimum): {', '.join(few)}"
        notes.append(Note("failed-groups", "warning", message + (" …" if failed > 5 else "")))
    for status, code in (
        (Status.AT_BOUND, "at-bound"),
        (Status.MULTIMODAL, "multimodal"),
        (Status.WEAKLY_IDENTIFIED, "weakly-identified"),
    ):
        count = int(counts.get(str(status), 0))
        if count:
            message = f"{count} of {int(counts.sum())} groups are {status}; their rows say so"
            notes.append(Note(code, "warning", message))
    return notes
