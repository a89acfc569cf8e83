"""A table of plans read into arrays: numbers, choices and their assumptions, and what is wrong with which row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.costs.assumptions import assumptions, look_up, parameters, setting
from forecast.costs.choices import Assumed, check_choice, choose
from forecast.costs.graph import quantity
from forecast.costs.plan import CHOICES, Given, RunPlan, full_name
from forecast.costs.quantity import Quantity
from forecast.data.table import Table
from forecast.errors import DataError, Problem, UsageError

#: Columns that name a plan and say nothing about it.
LABELS = ("name", "plan", "model", "label", "id")

#: Low end, median and high end, one each per plan.
Triple: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class PlanGroup:
    """Plans that know the same quantities.

    Parameters
    ----------
    rows : array of int
        Their places in the table; plans of one chip, place and date stand together.
    given, assumed : frozenset of str
        Quantities with a value in the table, and with an assumption.
    triples : mapping
        The range of each.
    sample : RunPlan
        One of them, for the choices that all share.
    """

    rows: NDArray[np.intp]
    given: frozenset[str]
    assumed: frozenset[str]
    triples: Mapping[str, Triple]
    sample: RunPlan


class PlanTable:
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

    def problem(self, row: int | np.intp, column: str | None, value: Any, rule: str) -> None:
        """Note what is wrong with a plan."""
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
        bad = ~np.isnan(plain) & ~possible(node, plain)
        texts = cells[np.isnan(plain) | bad].dropna().astype(str).str.strip()
        for text, rows in texts[texts != ""].groupby(texts).groups.items():
            at = np.asarray(rows, dtype=int)
            try:
                given = Given.read(name, str(text))
            except UsageError as error:
                rule = error.message.split(": ", 1)[-1] + (f"; {error.hint}" if error.hint else "")
                for row in at:
                    self.problem(row, column, text, f"is not accepted: {rule}")
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
                check_choice(name, value)
            except UsageError as error:
                for row in at:
                    self.problem(row, column, text, f"is not accepted: {error.message}")
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
                self._refuse_all(len(plans), error)
                plans.append(stated)
        self.refuse()
        return plans

    def _refuse_all(self, code: int | np.intp, error: UsageError) -> None:
        for row in np.flatnonzero(self.codes == code):
            self.problem(row, None, None, error.message + (f"; {error.hint}" if error.hint else ""))

    def groups(self) -> Iterator[PlanGroup]:
        """Yield the plans that know the same quantities, with their assumptions as arrays."""
        names = list(self.numbers)
        known = np.array([~np.isnan(self.numbers[name][1]) for name in names]).reshape(len(names), self.count)
        flags = np.array([[plan.own, plan.development] for plan in self.plans]).T[:, self.codes]
        zeros = np.array([self.numbers[name][1] == 0 for name in names]).reshape(len(names), self.count)
        pattern = np.vstack([known, zeros, flags])
        _, which = np.unique(pattern, axis=1, return_inverse=True)
        which = which.reshape(-1)
        for code in range(int(which.max()) + 1 if self.count else 0):
            rows = np.flatnonzero(which == code)
            order = np.argsort(self.codes[rows], kind="stable")  # neighbours share chips and places
            yield from self._available(
                rows[order], [name for name, column in zip(names, known, strict=True) if column[rows[0]]]
            )

    def _available(self, rows: NDArray[np.intp], given: list[str]) -> Iterator[PlanGroup]:
        # Some assumptions do not exist for every chip; plans are parted by which ones do.
        sample = self.plans[self.codes[rows[0]]]
        found = dict.fromkeys(given, Given(1.0, 1.0, 1.0))
        wanted = assumptions(RunPlan(given=found, own=sample.own, development=sample.development))
        codes, inverse = np.unique(self.codes[rows], return_inverse=True)
        settings = [setting(self.plans[code]) for code in codes]
        tables: dict[str, list[Assumed | None]] = {}
        before = len(self.problems)
        for name, function in wanted.items():
            depends = parameters(function)
            cache: dict[tuple[Any, ...], Assumed | None] = {}
            for code, fields in zip(codes, settings, strict=True):
                key = tuple(fields[each] for each in depends)
                if key not in cache:
                    try:
                        cache[key] = look_up(name, function, fields)
                    except UsageError as error:
                        self._refuse_all(code, error)
            tables[name] = [cache.get(tuple(fields[each] for each in depends)) for fields in settings]
        if len(self.problems) > before:
            return
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
            yield PlanGroup(rows[members], frozenset(given), frozenset(available), triples, sample)  # type: ignore[arg-type]


def possible(node: Quantity, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which values a quantity may take."""
    above = values > node.minimum if node.open_minimum else values >= node.minimum
    return np.asarray(np.isfinite(values) & above & (values <= node.maximum))
