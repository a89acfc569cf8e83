"""`regress`: a table and a formula to a regression; the one implementation behind command and API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from forecast.data.filters import split
from forecast.data.schema import dataset_names
from forecast.errors import FitError
from forecast.fitting.rows import Source, as_table
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.regressions.design import Design, make_design, response_of
from forecast.regressions.doubts import doubts
from forecast.regressions.estimators import estimate, leverages
from forecast.regressions.expressions import Array
from forecast.regressions.formula import parse_formula
from forecast.regressions.result import Regression
from forecast.regressions.spec import RegressionSpec
from forecast.regressions.variables import Rows, read_rows
from forecast.settings import LEVELS, SEED, generator

#: Bundled tables say with this column which rows belong in a fit.
_DEFAULT_WHERE = "use=fitted"


def regress(
    data: Source,
    formula: str,
    *,
    estimator: str | None = None,
    quantile: float | None = None,
    covariance: str | None = None,
    weights: str | None = None,
    group: str | None = None,
    levels: Sequence[float] = LEVELS,
    where: Sequence[str] = (),
    rng: np.random.Generator | None = None,
) -> Regression:
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
    levels : sequence of float
        Probabilities inside the intervals.
    where : sequence of str
        Conditions that rows must match; of bundled tables by default ``use=fitted``.
    rng : numpy.random.Generator, optional
        For the draws of predictions; by default the generator of seed 0.

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
    rows = read_rows(table, parsed, weights, group, conditions)
    name = str(data) if bundled else table.name
    response = response_of(parsed, rows, name)
    _check_count(len(response), len(parsed.terms), name)
    design = make_design(parsed, rows, name)
    _check_count(len(response), len(design.names), name)
    _check_rank(design, rows.weight, name)
    if spec.covariance == "HC3":
        _check_leverage(design, rows, name)
    if float(np.ptp(response)) <= 1e-12 * max(float(np.abs(response).max()), 1e-300):
        message = f"{name}: {parsed.response.text} is {response[0]:g} in all {len(response):,} rows; there is nothing to explain"
        raise FitError(message, hint="check that it is the column you meant")
    estimated = estimate(spec, design.scaled, response, rows.weight, rows.cluster)
    stream = int((rng if rng is not None else generator(SEED)).integers(2**63))
    columns = {name: item.column for name, item in rows.variables.items()}
    settings = {**spec.to_dict(), "where": conditions, "columns": columns}
    made = Regression(
        spec, parsed, rows, response, design, estimated, stream, (),
        Provenance(data={name: table.digest}, settings=settings),
    )  # fmt: skip
    return replace(made, notes=unique([*notes, *rows.notes, *doubts(made)]))


def _check_count(count: int, size: int, name: str) -> None:
    if count <= size:
        message = f"{name}: {count} complete row{'s' if count != 1 else ''} cannot determine {size} coefficients and their errors"
        raise FitError(message, hint=f"give at least {size + 1} rows with every column filled, or a shorter formula")


def _check_rank(design: Design, weight: Array, name: str) -> None:
    """Refuse terms of which one follows from the others, naming them."""
    _, values, vectors = np.linalg.svd(design.scaled * np.sqrt(weight)[:, None], full_matrices=False)
    if values[-1] > 1e-9 * values[0]:
        return
    involved = np.abs(vectors[-1]) > 1e-6
    names = [column for column, part in zip(design.names, involved, strict=True) if part]
    message = f"{name}: {', '.join(names[:8])} say the same in different words, so their effects cannot be told apart"
    raise FitError(message, hint="leave one of them out of the formula")


def _check_leverage(design: Design, rows: Rows, name: str) -> None:
    """Refuse HC3 where one row alone decides a coefficient: its own error cannot be seen."""
    alone = np.flatnonzero(leverages(design.scaled, rows.weight) > 1 - 1e-9)
    if not len(alone):
        return
    told = ", ".join(f"row {int(rows.numbers[i])}{f' ({rows.labels[i]})' if rows.labels else ''}" for i in alone[:5])
    many = (
        f"{len(alone)} rows alone decide a coefficient each"
        if len(alone) > 1
        else "one row alone decides a coefficient"
    )
    message = f"{name}: HC3 does not exist, because {many}: {told}"
    raise FitError(message, hint="leave out categories with one row, or use --covariance nonrobust")
