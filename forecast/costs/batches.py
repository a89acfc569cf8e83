"""Many plans at once: a table with one plan a row, estimated in arrays of plans × draws.

Columns are the names of a plan file. Plans that know the same quantities share one resolution of the graph; plans that
share a chip, a place or a date look it up once; every plan sees the same draws, so their differences are theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.costs.assumptions import Assumed, assumptions, choose, look_up, parameters, setting, tables
from forecast.costs.draws import Streams, spread
from forecast.costs.estimation import HEADLINES
from forecast.costs.graph import Resolution, quantity, resolve
from forecast.costs.plan import CHOICES, Given, RunPlan, full_name
from forecast.data.table import Table
from forecast.errors import DataError, Problem, UsageError
from forecast.notes import Note
from forecast.provenance import Provenance

#: Columns that name a plan and say nothing about it.
LABELS = ("name", "plan", "model", "label", "id")
#: Draws of a batch unless asked otherwise: the bounds of a 90 % interval are then steady to about 2 %.
BATCH_DRAWS = 1_000
_CELLS = 500_000

Triple = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


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
    plans = _Plans(table, defaults or {})
    streams = Streams(draws, rng)
    levels = tuple(sorted(levels))
    ends = np.array([0.5, *(end for level in levels for end in ((1 - level) / 2, (1 + level) / 2))])
    answers: dict[str, NDArray[np.float64]] = {}
    for group in plans.groups():
        group.estimate(streams, ends, answers, plans)
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


class _Plans:
    """The table read into arrays, and what is wrong with it."""

    def __init__(self, table: Table, defaults: Mapping[str, Any]) -> None:
        self.table = table
        self.count = len(table.frame)
        self.problems: list[Problem] = []
        self.labels: dict[str, Any] = {}
        self.numbers: dict[str, Triple] = {}
        self.choices: dict[str, NDArray[np.object_]] = {name: np.full(self.count, None, object) for name in CHOICES}
        self._columns(defaults)
        self._read(defaults)
        self.plans = self._chosen()

    def problem(self, row: int, column: str | None, value: Any, rule: str) -> None:
        self.problems.append(
            Problem(int(row) + self.table.first_row, column, None if value is None else str(value), rule)
        )

    def refuse(self) -> None:
        """Raise what was found wrong."""
        if self.problems:
            self.problems.sort(key=lambda problem: problem.row or 0)
            count = f"{len(self.problems)} problem{'s' if len(self.problems) > 1 else ''}"
            message = f"{self.table.name}: {count} in {self.count:,} plans"
            raise DataError(message, problems=self.problems)

    def _columns(self, defaults: Mapping[str, Any]) -> None:
        self.names: dict[str, str] = {}
        for column in map(str, self.table.frame.columns):
            if column.strip().lower() in LABELS:
                self.labels[column] = self.table.frame[column].tolist()
                continue
            try:
                name = full_name(column)
            except UsageError as error:
                message = f"{self.table.name}: {error.message.replace('name', 'column', 1)}"
                raise DataError(message, hint=f"a column may name the plan: {', '.join(LABELS)}") from error
            if name in self.names:
                message = f"{self.table.name}: the columns {self.names[name]!r} and {column!r} say the same"
                raise DataError(message)
            self.names[name] = column
        if not self.names and not defaults:
            message = f"{self.table.name}: no column says anything of a run"
            raise DataError(message, hint="columns are the names of a plan file: forecast estimate --init lists them")

    def _read(self, defaults: Mapping[str, Any]) -> None:
        stated = RunPlan.read(defaults)
        for name, each in stated.given.items():
            shape = np.ones(self.count)
            self.numbers[name] = (each.low * shape, each.central * shape, each.high * shape)
        for name in CHOICES:
            self.choices[name][:] = getattr(stated, name)
        for name, column in self.names.items():
            if name in CHOICES:
                self._choice(name, column)
            else:
                self._number(name, column)

    def _number(self, name: str, column: str) -> None:
        node = quantity(name)
        cells = self.table.frame[column]
        plain = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
        low, central, high = self.numbers.get(name) or (np.full(self.count, np.nan),) * 3
        low, central, high = (
            np.where(np.isnan(plain), low, plain),
            np.where(np.isnan(plain), central, plain),
            np.where(np.isnan(plain), high, plain),
        )
        bad = ~np.isnan(plain) & ~_possible(node, plain)
        texts = cells[np.isnan(plain) | bad].dropna().astype(str).str.strip()
        for text, rows in texts[texts != ""].groupby(texts).groups.items():
            at = np.asarray(rows, dtype=int)
            try:
                given = Given.read(name, str(text))
            except UsageError as error:
                rule = error.message.split(": ", 1)[-1] + (f"; {error.hint}" if error.hint else "")
                for row in at:
                    self.problem(row, column, text, f"is wrong: {rule}")
                continue
            low[at], central[at], high[at] = given.low, given.central, given.high
        self.numbers[name] = (low, central, high)

    def _choice(self, name: str, column: str) -> None:
        cells = self.table.frame[column]
        texts = cells.where(cells.notna(), "").astype(str).str.strip()
        for text, rows in texts[texts != ""].groupby(texts).groups.items():
            at = np.asarray(rows, dtype=int)
            try:
                value = getattr(RunPlan.read({name: text}), name)
            except UsageError as error:
                for row in at:
                    self.problem(row, column, text, f"is wrong: {error.message}")
                continue
            self.choices[name][at] = value

    def _chosen(self) -> list[RunPlan]:
        # Defaults are filled in once per combination of choices.
        self.refuse()
        keys = pd.MultiIndex.from_arrays([pd.Series(self.choices[name], dtype=object).map(repr) for name in CHOICES])
        self.codes, combinations = pd.factorize(keys)
        first = np.full(len(combinations), self.count)
        np.minimum.at(first, self.codes, np.arange(self.count))
        plans = []
        for row in first:
            entries: dict[str, Any] = {name: self.choices[name][row] for name in CHOICES}
            stated = RunPlan(**{**entries, "own": bool(entries["own"]), "development": bool(entries["development"])})
            try:
                plans.append(choose(stated)[0])
            except UsageError as error:
                self.problem(row, None, None, error.message)
                plans.append(stated)
        self.refuse()
        return plans

    def groups(self) -> Iterator[_Group]:
        """Yield the plans that know the same quantities, with their assumptions as arrays."""
        names = list(self.numbers)
        known = np.array([~np.isnan(self.numbers[name][1]) for name in names]).reshape(len(names), self.count)
        flags = np.array([[plan.own, plan.development] for plan in self.plans]).T[:, self.codes]
        pattern = np.vstack([known, flags])
        _, which = np.unique(pattern, axis=1, return_inverse=True)
        which = which.reshape(-1)
        for code in range(int(which.max()) + 1 if self.count else 0):
            rows = np.flatnonzero(which == code)
            order = np.argsort(self.codes[rows], kind="stable")  # neighbours share chips and places
            yield from self._available(
                rows[order], [name for name, column in zip(names, known, strict=True) if column[rows[0]]]
            )

    def _available(self, rows: NDArray[np.intp], given: list[str]) -> Iterator[_Group]:
        # Some assumptions do not exist for every chip; plans are parted by which ones do.
        sample = self.plans[self.codes[rows[0]]]
        found = dict.fromkeys(given, Given(1.0, 1.0, 1.0))
        wanted = assumptions(RunPlan(given=found, own=sample.own, development=sample.development))
        codes, inverse = np.unique(self.codes[rows], return_inverse=True)
        settings = [setting(self.plans[code]) for code in codes]
        tables: dict[str, list[Assumed | None]] = {}
        for name, function in wanted.items():
            depends = parameters(function)
            cache: dict[tuple[Any, ...], Assumed | None] = {}
            for fields in settings:
                key = tuple(fields[each] for each in depends)
                if key not in cache:
                    cache[key] = look_up(name, function, fields)
            tables[name] = [cache[tuple(fields[each] for each in depends)] for fields in settings]
        exists = np.array([[each is not None for each in column] for column in tables.values()]).reshape(
            len(tables), -1
        )
        _, which = np.unique(exists, axis=1, return_inverse=True)
        which = which.reshape(-1)[inverse.reshape(-1)]
        for part in range(int(which.max()) + 1):
            members = np.flatnonzero(which == part)
            at = inverse.reshape(-1)[members]
            triples = {name: tuple(part_[rows[members]] for part_ in self.numbers[name]) for name in given}
            available = {name for name, column in tables.items() if column[at[0]] is not None}
            for name in available:
                ends = np.array([[each.low, each.value, each.high] if each else [np.nan] * 3 for each in tables[name]])
                triples[name] = tuple(ends[at].T)
            yield _Group(rows[members], frozenset(given), frozenset(available), triples, sample)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Group:
    rows: NDArray[np.intp]
    given: frozenset[str]
    assumed: frozenset[str]
    triples: Mapping[str, Triple]
    sample: RunPlan

    def estimate(
        self, streams: Streams, ends: NDArray[np.float64], answers: dict[str, NDArray[np.float64]], plans: _Plans
    ) -> None:
        zero = [name for name in self.given if not self.triples[name][1].any()]
        prefer = {"cost_usd": "by_ownership" if self.sample.own else "by_rental"}
        resolution = resolve(self.given, self.assumed, zero=zero, prefer=prefer)
        wanted = [name for name in HEADLINES if name in resolution]
        checked = [name for name, rule in resolution.rules.items() if rule.backward_from]
        needed = frozenset(wanted + checked).union(*(resolution.ancestors(name) for name in wanted + checked))
        pruned = Resolution(
            resolution.given & needed, resolution.assumed & needed,
            {name: rule for name, rule in resolution.rules.items() if name in needed}, resolution.inputs,
        )  # fmt: skip
        step = max(1, _CELLS // streams.count)
        for start in range(0, len(self.rows), step):
            part = slice(start, start + step)
            values = {
                name: _values(name, tuple(end[part] for end in self.triples[name]), streams)  # type: ignore[arg-type]
                for name in pruned.given | pruned.assumed
            }
            everything = pruned.evaluate(values)
            rows = self.rows[part]
            kinds = plans.codes[rows]
            for name in checked:
                self._check(name, everything[name], rows, plans)
            for name in wanted:
                answer = answers.setdefault(name, np.full((plans.count, len(ends)), np.nan))
                answer[rows] = _quantiles(everything[name], ends, kinds)

    def _check(self, name: str, values: NDArray[np.float64], rows: NDArray[np.intp], plans: _Plans) -> None:
        node = quantity(name)
        middle = np.broadcast_to(np.median(values, axis=-1), rows.shape) if values.ndim else np.full(rows.shape, values)
        for at in np.flatnonzero(~_possible(node, middle)):
            rule = f"its givens contradict each other: they imply {node.title} {middle[at]:.3g}, but it must be {node.limits}"
            plans.problem(rows[at], None, None, rule)


def _possible(node: Any, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    above = values > node.minimum if node.open_minimum else values >= node.minimum
    return np.asarray(np.isfinite(values) & above & (values <= node.maximum))


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
