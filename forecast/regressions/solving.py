"""A design and a response to a regression; what no estimator could answer is refused before, by name."""

from __future__ import annotations

import numpy as np

from forecast.errors import FitError
from forecast.provenance import Provenance
from forecast.regressions.design import Design
from forecast.regressions.estimators import estimate, leverages
from forecast.regressions.expressions import Array
from forecast.regressions.result import Regression
from forecast.regressions.spec import RegressionSpec
from forecast.regressions.variables import Rows


def solve(
    spec: RegressionSpec, design: Design, rows: Rows, response: Array, name: str, stream: int, provenance: Provenance
) -> Regression:
    """Return the regression of checked rows, without notes.

    Parameters
    ----------
    spec : RegressionSpec
        Every default resolved.
    design : Design
        What explains.
    rows : Rows
        The data.
    response : array of shape (n,)
        What is explained.
    name : str
        The rows, for messages.
    stream : int
        Where the random draws of predictions start.
    provenance : Provenance
        What it is made from.

    Raises
    ------
    FitError
        When the rows do not determine the coefficients.
    """
    check_count(len(response), len(design.names), name)
    _check_varied(design, name)
    _check_rank(design, rows.weight, name)
    if spec.covariance == "HC3":
        _check_leverage(design, rows, name)
    if float(np.ptp(response)) <= 1e-12 * max(float(np.abs(response).max()), 1e-300):
        text = design.formula.response.text
        message = f"{name}: {text} is {response[0]:g} in all {len(response):,} rows; there is nothing to explain"
        raise FitError(message, hint="check that it is the column you meant")
    estimated = estimate(spec, design.scaled, response, rows.weight, rows.cluster)
    return Regression(spec, design.formula, rows, response, design, estimated, stream, (), provenance)


def check_count(count: int, size: int, name: str) -> None:
    """Refuse as many coefficients as rows.

    Raises
    ------
    FitError
        Saying how many rows are needed.
    """
    if count <= size:
        message = f"{name}: {count} complete row{'s' if count != 1 else ''} cannot determine {size} coefficients and their errors"
        raise FitError(message, hint=f"give at least {size + 1} rows with every column filled, or a shorter formula")


def _check_varied(design: Design, name: str) -> None:
    """Refuse terms that are the same in every row."""
    flat = np.flatnonzero(design.spread <= 1e-12 * np.maximum(np.abs(design.matrix).max(axis=0), 1e-300))
    if not len(flat):
        return
    column, value = design.names[flat[0]], design.matrix[0, flat[0]]
    message = f"{name}: {column} is {value:g} in all {len(design.matrix):,} rows used, so its effect cannot be seen"
    raise FitError(message, hint="leave it out of the formula, or choose other rows with --where")


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
