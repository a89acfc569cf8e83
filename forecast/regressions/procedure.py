"""`regress`: a table and a formula to a regression; the one implementation behind command and API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict, Unpack, overload

import numpy as np

from forecast.data.filters import split
from forecast.data.schema import dataset_names
from forecast.errors import UsageError
from forecast.fitting.rows import Source, as_table
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.regressions.design import make_design, response_of
from forecast.regressions.doubts import doubts
from forecast.regressions.formula import parse_formula
from forecast.regressions.groups import GroupRegressions, regress_groups
from forecast.regressions.result import Regression
from forecast.regressions.solving import check_count, solve
from forecast.regressions.spec import RegressionSpec
from forecast.regressions.variables import read_rows
from forecast.settings import LEVELS, SEED, generator

#: Bundled tables say with this column which rows belong in a fit.
_DEFAULT_WHERE = "use=fitted"


class _Options(TypedDict, total=False):
    estimator: str | None
    quantile: float | None
    covariance: str | None
    weights: str | None
    group: str | None
    levels: Sequence[float]
    where: Sequence[str]
    rng: np.random.Generator | None


@overload
def regress(data: Source, formula: str, *, by_group: None = None, **options: Unpack[_Options]) -> Regression: ...
@overload
def regress(data: Source, formula: str, *, by_group: str, **options: Unpack[_Options]) -> GroupRegressions: ...
@overload
def regress(
    data: Source, formula: str, *, by_group: str | None, **options: Unpack[_Options]
) -> Regression | GroupRegressions: ...
def regress(
    data: Source,
    formula: str,
    *,
    estimator: str | None = None,
    quantile: float | None = None,
    covariance: str | None = None,
    weights: str | None = None,
    group: str | None = None,
    by_group: str | None = None,
    levels: Sequence[float] = LEVELS,
    where: Sequence[str] = (),
    rng: np.random.Generator | None = None,
) -> Regression | GroupRegressions:
    """Regress with a formula.

    Parameters
    ----------
    data : str, Path, DataFrame, mapping or Table
        A file, a bundled table by its name, or columns in memory.
    formula : str
        Such as ``"log10(cost) ~ log10(compute) + year + C(domain)"``.
    estimator : {"ols", "wls", "robust", "quantile"}, optional
        By default ``wls`` with weights, else ``ols``.
    quantile : float, optional
        Of quantile regression, by default the median.
    covariance : {"nonrobust", "HC3", "cluster"}, optional
        By default ``cluster`` with a group, else ``nonrobust``.
    weights, group : str, optional
        Columns of weights, and of what rows share.
    by_group : str, optional
        Fit the rows of each value of this column apart; the result is then a :class:`GroupRegressions`.
    levels : sequence of float
        Probabilities inside the intervals.
    where : sequence of str
        Conditions that rows must match; of bundled tables by default ``use=fitted``.
    rng : numpy.random.Generator, optional
        For the draws of predictions; by default the generator of seed 0.

    Returns
    -------
    Regression or GroupRegressions
        Of all rows, or of each group.

    Raises
    ------
    UsageError, DataError, FitError
        For what cannot be fitted.

    Examples
    --------
    >>> fit = regress("models", "log10(cost) ~ log10(compute) + year")
    >>> fit.count > 100, round(fit.parameters["log10(compute)"].estimate, 1)
    (True, 1.0)
    """
    spec = RegressionSpec(formula, estimator, quantile, covariance, weights, group, tuple(levels)).resolved()
    parsed = parse_formula(formula)
    table = as_table(data)
    conditions, notes = list(where), []
    bundled = isinstance(data, str) and data in dataset_names() and "use" in table.frame.columns
    if bundled and not any(split(condition)[0] == "use" for condition in conditions):
        conditions.append(_DEFAULT_WHERE)
        message = f"rows with {_DEFAULT_WHERE}, as nothing else was asked for"
        notes.append(Note("default-rows", "info", message, "Lift it with --where use=any."))
    rows = read_rows(table, parsed, weights, group, conditions, by_group)
    columns = {name: item.column for name, item in rows.variables.items()}
    if by_group is not None:
        _check_apart(by_group, group, columns)
    name = str(data) if bundled else table.name
    response = response_of(parsed, rows, name)
    check_count(len(response), len(parsed.terms), name)
    design = make_design(parsed, rows, name)
    stream = int((rng if rng is not None else generator(SEED)).integers(2**63))
    settings = {**spec.to_dict(), "where": conditions, "columns": columns}
    provenance = Provenance(data={name: table.digest}, settings=settings)
    if by_group is not None:
        provenance = replace(provenance, settings={**settings, "by_group": by_group})
        fits = regress_groups(spec, design, rows, response, by_group, name, provenance)
        return replace(fits, notes=unique([*notes, *rows.notes, *fits.notes]))
    made = solve(spec, design, rows, response, name, stream, provenance)
    return replace(made, notes=unique([*notes, *rows.notes, *doubts(made)]))


def _check_apart(by: str, group: str | None, columns: Mapping[str, str]) -> None:
    """Refuse what is the same in all rows of a group, because it makes the groups."""
    used = next((name for name, column in columns.items() if column == by), None)
    if used is None and by != group:
        return
    what = "--group" if used is None else f"the formula's {used}"
    message = f"{what} and --by-group are both the column {by!r}, which is the same in all rows of a group"
    raise UsageError(message, hint=f"leave one of them out; {used or by}*x in a formula fits all groups at once")
