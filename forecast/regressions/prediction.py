"""Predictions of a regression: where the curve is, where the next observation will fall, and how far that is from the data.

With least squares both intervals are Student t (exact with normal errors of equal spread); with the robust and quantile
estimators the next observation is the curve's draws plus residuals, drawn with replacement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from forecast.dates import decimal_year, parse_date
from forecast.errors import UsageError, did_you_mean
from forecast.fitting.bounds import quantiles
from forecast.fitting.prediction import KINDS, Prediction, PredictionKind, PredictionRow
from forecast.notes import Note
from forecast.regressions.expressions import Array, Expression
from forecast.regressions.formula import Category
from forecast.regressions.variables import Variable
from forecast.settings import generator
from forecast.units import parse_quantity

if TYPE_CHECKING:
    from forecast.regressions.result import Regression

_DRAWS = 10_000


def variables_at(regression: Regression, at: Mapping[str, Any] | pd.DataFrame) -> dict[str, Variable]:
    """Return the columns of the formula at places, all of one length.

    Raises
    ------
    UsageError
        When a column is missing or unknown, or a value makes no sense.
    """
    needed, variables = regression.formula.names, regression.rows.variables
    example = ",".join(f"{name}=…" for name in needed)
    by_column = {variables[name].column: name for name in needed}
    given: dict[str, list[Any]] = {}
    for name, values in at.items():
        own = str(name) if str(name) in needed else by_column.get(str(name))
        if own is None:
            message = f"the formula has no column {str(name)!r}{did_you_mean(str(name), needed)}"
            raise UsageError(message, hint=f"give {example}")
        given[own] = [values] if isinstance(values, str) or np.ndim(values) == 0 else list(values)
    missing = [name for name in needed if name not in given]
    if missing:
        message = f"the formula needs a value of {missing[0]}"
        raise UsageError(message, hint=f"give {example}")
    length = max((len(values) for values in given.values()), default=1)
    result = {}
    for name in needed:
        values = given[name]
        if len(values) not in (1, length):
            message = f"{name} has {len(values)} values where another column has {length}"
            raise UsageError(message)
        made = [_value(regression, name, value) for value in values]
        kind = variables[name].kind
        array = np.array(made * (length if len(made) == 1 else 1), dtype=str if kind == "category" else float)
        result[name] = Variable(name, variables[name].column, kind, array)
    return result


def _value(regression: Regression, name: str, value: Any) -> float | str:
    variable = regression.rows.variables[name]
    if variable.kind == "category":
        known = {str(level).casefold(): str(level) for level in np.unique(variable.values)}
        found = known.get(str(value).strip().casefold())
        if found is None:
            message = f"no row fitted has {name} {str(value)!r}"
            raise UsageError(message, hint=did_you_mean(str(value), known.values()).removeprefix("; "))
        return found
    if regression.is_year(name):
        if isinstance(value, str) and not _is_number(value):
            return decimal_year(parse_date(value))
        return float(value)
    number = parse_quantity(value, regression.unit_of(name), name=name) if isinstance(value, str) else float(value)
    if not np.isfinite(number):
        message = f"{name} = {number:g} must be finite"
        raise UsageError(message)
    return number


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def predict(
    regression: Regression, at: Mapping[str, Any] | pd.DataFrame, levels: tuple[float, ...], kind: PredictionKind
) -> Prediction:
    """Predict; the arguments are those of :meth:`forecast.regressions.result.Regression.predict`."""
    if kind not in KINDS:
        message = f"unknown kind of prediction {kind!r}{did_you_mean(kind, KINDS)}"
        raise UsageError(message)
    formula, estimated = regression.formula, regression.estimated
    variables = variables_at(regression, at)
    matrix = regression.design.scale(regression.design.at(variables))
    middle = matrix @ estimated.coefficients
    curve = np.sqrt(np.maximum(np.einsum("kp,pq,kq->k", matrix, estimated.covariance, matrix), 0.0))
    rng = generator(regression.stream)
    wide = np.sqrt(estimated.freedom / rng.chisquare(estimated.freedom, _DRAWS))[:, None]
    vectors = _root(estimated.covariance)
    drawn = middle + wide * (rng.standard_normal((_DRAWS, len(vectors))) @ vectors.T @ matrix.T)
    least_squares = regression.spec.estimator in ("ols", "wls")
    if kind == "next":
        if least_squares:
            drawn += wide * estimated.residual_sd * rng.standard_normal((_DRAWS, 1))
        else:
            widened = np.sqrt(regression.count / (regression.count - len(regression.names)))
            drawn += rng.choice(regression.residuals * widened, size=(_DRAWS, 1))
    if kind == "mean" or least_squares:
        spread = curve if kind == "mean" else np.hypot(curve, estimated.residual_sd)
        half = stdtrit(estimated.freedom, (1 + np.array(levels)) / 2)[:, None] * spread
        bounds = np.stack([middle - half, middle + half], axis=1)
    else:
        bounds = quantiles(drawn, levels)
        if regression.spec.quantile not in (None, 0.5):
            middle = np.median(drawn, axis=0)  # the curve is another quantile of the next observation
    estimate, bounds = formula.natural(middle), formula.natural(bounds)
    rows = tuple(
        PredictionRow(
            {name: item.values[place].item() for name, item in variables.items()},
            kind, level, float(estimate[place]), float(bounds[i, 0, place]), float(bounds[i, 1, place]),
        )
        for place in range(len(middle))
        for i, level in enumerate(levels)
    )  # fmt: skip
    outside, notes = _extrapolation(regression, variables, matrix)
    doubts = [note for note in regression.notes if note.severity == "warning"]
    return Prediction(
        rows, formula.natural(drawn), regression.output, outside, (*notes, *doubts), regression.provenance
    )


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def logged(regression: Regression) -> set[str]:
    """Return the columns that enter as a logarithm, so that distances from the data are orders of magnitude."""
    found = set()
    for factor in regression.formula.factors.values():
        if isinstance(factor, Category) or not isinstance(factor, Expression):
            continue
        if factor.function is not None and factor.function.base:
            found |= set(factor.names)
    return found


def _extrapolation(
    regression: Regression, variables: Mapping[str, Variable], matrix: Array
) -> tuple[tuple[dict[str, float], ...], list[Note]]:
    places = len(matrix)
    outside: list[dict[str, float]] = [{} for _ in range(places)]
    notes = []
    orders = logged(regression)
    for name, item in variables.items():
        if item.kind == "category":
            continue
        seen, asked = (np.asarray(v, dtype=float) for v in (regression.rows.variables[name].values, item.values))
        scale = np.log10 if name in orders and seen.min() > 0 and asked.min() > 0 else np.asarray
        low, high = float(scale(seen.min())), float(scale(seen.max()))
        beyond = np.maximum(scale(asked) - high, 0.0) - np.maximum(low - scale(asked), 0.0)
        for place in np.flatnonzero(np.abs(beyond) > 1e-9):
            outside[place][name] = float(beyond[place])
        far = float(beyond[np.abs(beyond).argmax()])
        if abs(far) <= 1e-9:
            continue
        above = far > 0
        edge = float(seen.max() if above else seen.min())
        unit = "years" if regression.is_year(name) else "units"
        much = (
            f"{10 ** abs(far):.3g} times ({abs(far):.2g} orders of magnitude)"
            if scale is np.log10
            else f"{abs(far):.3g} {unit}"
        )
        span = high - low
        share = f", {abs(far) / span:.0%} of the fitted range".replace("%", " %")
        side = (
            ("past the last" if above else "before the first")
            if unit == "years"
            else ("above the largest" if above else "below the smallest")
        )
        shown = f"{edge:.2f}" if unit == "years" else f"{edge:.3g}"
        message = f"{name} goes {much} {side} value fitted, {shown}{share}"
        severity = "warning" if abs(far) > 0.1 * span else "info"
        hint = "Intervals do not hold the risk that the relation bends."
        notes.append(Note("extrapolation", severity, message, hint))  # type: ignore[arg-type]
    return tuple(outside), [*notes, *_unlike(regression, matrix, outside)]


def _unlike(regression: Regression, matrix: Array, outside: list[dict[str, float]]) -> list[Note]:
    """Return a note where values lie inside every range, but no row fitted combines them so (hidden extrapolation)."""
    scaled = regression.design.scaled
    weight = regression.rows.weight / regression.rows.weight.mean()
    inverse = np.linalg.pinv(scaled.T @ (scaled * weight[:, None]))
    leverage = np.einsum("kp,pq,kq->k", matrix, inverse, matrix)
    most = float(regression.leverage.max())
    hidden = [place for place in range(len(matrix)) if leverage[place] > most * (1 + 1e-9) and not outside[place]]
    if not hidden:
        return []
    message = f"no row fitted combines values like these (leverage {leverage[hidden].max():.2g}, at most {most:.2g} in the data)"
    return [Note("unlike-the-data", "warning", message, "Each value is inside its range, their combination is not.")]
