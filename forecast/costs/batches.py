"""Many plans at once: a table with one plan a row, estimated in arrays of plans × draws.

Columns are the names of a plan file. Plans that know the same quantities share one resolution of the graph; plans that
share a chip, a place or a date look it up once; every plan sees the same draws, so their differences are theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.costs.assumptions import (
    ASSUMABLE,
    tables,
)
from forecast.costs.contradictions import ABSURD
from forecast.costs.draws import Streams, spread
from forecast.costs.graph import Resolution, missing, quantity, resolve
from forecast.costs.plan_table import PlanGroup, PlanTable, Triple, possible
from forecast.costs.result import HEADLINES
from forecast.data.table import Table
from forecast.notes import Note
from forecast.provenance import Provenance

#: Draws of a batch unless asked otherwise: the bounds of a 90 % interval are then steady to about 2 %.
BATCH_DRAWS = 1_000
_CELLS = 500_000


@dataclass(frozen=True)
class Estimates:
    """Estimates of many plans.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per plan, in the order of the table: its label, and for every headline quantity that follows the median
        and, by level, the bounds (``energy_kwh``, ``energy_kwh_lower_90``, ``energy_kwh_upper_90``).
    levels : tuple of float
        Probabilities inside the intervals.
    notes : tuple of Note
        What to doubt.
    provenance : Provenance
        What made them.
    """

    frame: pd.DataFrame
    levels: tuple[float, ...]
    notes: tuple[Note, ...]
    provenance: Provenance

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as plain data."""
        names = [str(name) for name in self.frame.columns]
        columns = [self.frame[name].tolist() for name in names]
        return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def estimate_plans(
    table: Table,
    defaults: Mapping[str, Any] | None = None,
    *,
    levels: Sequence[float],
    draws: int = BATCH_DRAWS,
    rng: np.random.Generator,
) -> Estimates:
    """Estimate every plan of a table.

    Parameters
    ----------
    table : Table
        One plan a row; columns as in a plan file, and optionally one that names the plan. Empty cells are assumed.
    defaults : mapping, optional
        Entries for every plan that does not state them.
    levels : sequence of float
        Probabilities inside the intervals.
    draws : int
        Number of draws.
    rng : numpy.random.Generator
        Source of the draws; a plan gets the same ones as alone.

    Raises
    ------
    DataError
        Naming row, column and value of everything that is wrong.
    """
    plans = PlanTable(table, defaults or {})
    streams = Streams(draws, rng)
    levels = tuple(sorted(levels))
    ends = np.array([0.5, *(end for level in levels for end in ((1 - level) / 2, (1 + level) / 2))])
    answers: dict[str, NDArray[np.float64]] = {}
    for group in plans.groups():
        _estimate(group, streams, ends, answers, plans)
    plans.refuse()
    columns: dict[str, Any] = dict(plans.labels)
    for name in HEADLINES:
        if name in answers:
            columns[name] = answers[name][:, 0]
            for at, level in enumerate(levels):
                percent = f"{100 * level:.4g}"
                columns[f"{name}_lower_{percent}"] = answers[name][:, 1 + 2 * at]
                columns[f"{name}_upper_{percent}"] = answers[name][:, 2 + 2 * at]
    return Estimates(
        pd.DataFrame(columns),
        levels,
        (),
        Provenance(data={table.name: table.digest, **tables()}, settings={"draws": draws, "levels": list(levels)}),
    )


def _estimate(
    group: PlanGroup,
    streams: Streams,
    ends: NDArray[np.float64],
    answers: dict[str, NDArray[np.float64]],
    plans: PlanTable,
) -> None:
    zero = [name for name in group.given if not group.triples[name][1].any()]
    prefer = {"cost_usd": "by_ownership" if group.sample.own else "by_rental"}
    resolution = resolve(group.given, group.assumed, zero=zero, prefer=prefer)
    wanted = [name for name in HEADLINES if name in resolution]
    if not wanted:
        lacking = ", ".join(missing("compute_flop", resolution, ASSUMABLE))
        for row in group.rows:
            plans.problem(
                row, None, None, f"says too little of the run; it would need {lacking}, or chip_hours, or energy"
            )
    checked = [name for name, rule in resolution.rules.items() if rule.backward_from]
    needed = frozenset(wanted + checked).union(*(resolution.ancestors(name) for name in wanted + checked))
    pruned = Resolution(
        resolution.given & needed, resolution.assumed & needed,
        {name: rule for name, rule in resolution.rules.items() if name in needed}, resolution.inputs,
    )  # fmt: skip
    _compare(group, plans)
    step = max(1, _CELLS // streams.count)
    for start in range(0, len(group.rows), step):
        part = slice(start, start + step)
        values = {
            name: _values(name, tuple(end[part] for end in group.triples[name]), streams)  # type: ignore[arg-type]
            for name in pruned.given | pruned.assumed
        }
        everything = pruned.evaluate(values)
        rows = group.rows[part]
        kinds = plans.codes[rows]
        for name in checked:
            _check(name, everything[name], rows, plans)
        for name in wanted:
            answer = answers.setdefault(name, np.full((plans.count, len(ends)), np.nan))
            answer[rows] = _quantiles(everything[name], ends, kinds)


def _compare(group: PlanGroup, plans: PlanTable) -> None:
    # As for a single plan, with medians in place of draws: what is refused there is refused here.
    middle = {name: triple[1][:, None] for name, triple in group.triples.items()}
    uncertain = {name for name, (low, _, high) in group.triples.items() if not np.array_equal(low, high)}
    for name in group.given:
        others = resolve(group.given - {name}, group.assumed)
        if name not in others.rules or not others.ancestors(name) & group.given:
            continue
        tolerance = others.rules[name].tolerance
        if others.ancestors(name) & uncertain or name in uncertain:
            tolerance = max(tolerance, ABSURD - 1)
        implied = np.broadcast_to(others.evaluate(middle)[name].reshape(-1), group.rows.shape)
        stated = group.triples[name][1]
        apart = (stated > 0) & (np.maximum(stated / implied, implied / stated) > 1 + tolerance)
        for at in np.flatnonzero(apart):
            rule = f"disagrees with the other givens, which imply {implied[at]:.3g}"
            plans.problem(group.rows[at], plans.names.get(name, name), f"{stated[at]:.6g}", rule)
    if {"active_parameters", "parameters"} <= group.given:
        active, whole = group.triples["active_parameters"][1], group.triples["parameters"][1]
        for at in np.flatnonzero(active > whole):
            plans.problem(group.rows[at], "active_parameters", f"{active[at]:.6g}", "is more than all parameters")


def _check(name: str, values: NDArray[np.float64], rows: NDArray[np.intp], plans: PlanTable) -> None:
    node = quantity(name)
    middle = np.broadcast_to(np.median(values, axis=-1), rows.shape) if values.ndim else np.full(rows.shape, values)
    for at in np.flatnonzero(~possible(node, middle)):
        rule = (
            f"its givens contradict each other: they imply {node.title} {middle[at]:.3g}, but it must be {node.limits}"
        )
        plans.problem(rows[at], None, None, rule)


def _values(name: str, triple: Triple, streams: Streams) -> NDArray[np.float64]:
    low, central, high = (end[:, None] for end in triple)
    if np.array_equal(low, high):
        return central if (central != central[0]).any() else central[:1]
    ends, inverse = np.unique(np.hstack([low, central, high]), axis=0, return_inverse=True)
    drawn = spread(quantity(name), ends[:, :1], ends[:, 1:2], ends[:, 2:], streams.scores(name)[None, :])
    return drawn if len(ends) == 1 else drawn[inverse.reshape(-1)]


def _quantiles(values: NDArray[np.float64], ends: NDArray[np.float64], kinds: NDArray[np.intp]) -> NDArray[np.float64]:
    # The same numbers as numpy.quantile. Plans of one kind (chip, place, date) mostly differ by a factor; their draws
    # then stand in one order, and sorting, the costly part, is done once.
    if values.ndim < 2:
        return np.broadcast_to(values, len(ends))
    if values.shape[1] == 1:
        return np.broadcast_to(values, (len(values), len(ends)))
    place = ends * (values.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, values.shape[1] - 1)
    picked = np.empty((len(values), 2, len(ends)))
    starts = np.flatnonzero(np.r_[True, kinds[1:] != kinds[:-1]]) if len(values) > 1 else np.array([0])
    for block in np.split(np.arange(len(values)), starts[1:]):
        rows = values[block[0] : block[-1] + 1]
        alike = _proportional(rows)
        order = np.argsort(rows[0], kind="stable")
        picked[block[alike]] = rows[alike][:, order[np.stack([below, above])]]
        if not alike.all():
            picked[block[~alike]] = np.sort(rows[~alike], axis=1)[:, np.stack([below, above])]
    low, high, share = picked[:, 0], picked[:, 1], place - below
    near_high = high - (high - low) * (1 - share)
    return np.asarray(np.where(share >= 0.5, near_high, low + (high - low) * share))


def _proportional(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    if not np.all(rows[0] > 0):
        return np.asarray(np.arange(len(rows)) == 0)
    ratio = rows / rows[0]
    return np.asarray(ratio.max(axis=1) - ratio.min(axis=1) <= 1e-12 * ratio[:, 0])
