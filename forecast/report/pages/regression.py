"""A regression for a reader: the verdict first, then the coefficients and what they mean, then what they rest on."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from forecast.dates import from_decimal_year
from forecast.fitting.prediction import KINDS, Prediction
from forecast.fitting.result import SCHEMA
from forecast.regressions.expressions import Expression
from forecast.regressions.result import Regression
from forecast.regressions.spec import COVARIANCES, ESTIMATORS
from forecast.report.document import Answer, Block, Code, Document, Section, Table, Text
from forecast.report.pages.fit import format_estimate, format_number, parameter_interval
from forecast.report.pages.prediction import format_date, percent
from forecast.units import format_quantity


def regression_answer(fit: Regression) -> Answer:
    """Return the short answer of `forecast fit --formula` and `forecast show`."""
    return Answer(
        schema=SCHEMA,
        result=fit.to_dict(),
        document=Document(f"Regression of {fit.count:,} rows", [Section("", regression_blocks(fit))]),
        notes=fit.notes,
        provenance=fit.provenance.to_dict(),
        rows=[{str(k): v for k, v in row.items()} for row in fit.to_frame().to_dict("records")],
        explains=("forecast.regressions.procedure", "forecast.regressions.estimators", "forecast.regressions.formula"),
        next_command="forecast report fit.json -o fit.md",
    )


def regression_blocks(fit: Regression) -> list[Block]:
    """Return verdict, formula, coefficients and basis."""
    return [Text(verdict(fit), strong=True), Code(fit.formula.text), _coefficients(fit), Text(basis(fit))]


def verdict(fit: Regression) -> str:
    """Return the status with what stands behind it; problems in capitals."""
    status = fit.status if fit.status == "certified" else fit.status.upper()
    estimator = estimator_name(fit)
    scores = fit.scores
    explains = f"R² {scores['r2']:.3f}, " if fit.spec.estimator in ("ols", "wls") else ""
    return (
        f"{status}: {estimator} on {fit.count:,} rows; {explains}residual standard deviation {scatter(fit)}; "
        f"condition number {fit.condition:.2g}."
    )


def estimator_name(fit: Regression) -> str:
    """Return the estimator in words."""
    name = ESTIMATORS[str(fit.spec.estimator)][0]
    return name if fit.spec.quantile is None else f"{name} (quantile {fit.spec.quantile:g})"


def scatter(fit: Regression) -> str:
    """Return the residual standard deviation, with its factor where the response is a logarithm."""
    spread = fit.scores["residual_sd"]
    link = fit.formula.link
    if link is None or not link.base:
        return f"{spread:.3g}"
    unit = " orders of magnitude" if link.base == 10 else ""
    return f"{spread:.2g}{unit} (a factor of {link.base**spread:.2g})"


def _coefficients(fit: Regression) -> Table:
    meanings = {name: _meaning(fit, name) for name in fit.names}
    rows = []
    for name in fit.names:
        entries = fit.intervals[name]
        error = format_number(entries[-1].se, entries[-1].se)
        intervals = [parameter_interval(entry) for entry in entries]
        rows.append([name, format_estimate(entries[-1]), error, *intervals, meanings[name]])
    headings = [f"{percent(level)} interval" for level in fit.spec.levels]
    return Table(["term", "estimate", "s.e.", *headings, "meaning"], rows, numeric=("estimate", "s.e."))


def _meaning(fit: Regression, name: str) -> str:
    """Return what a coefficient does to the output: the factor for a unit more, or against the reference category."""
    if name not in fit.factors:
        return ""
    entry = fit.factors[name][-1]
    bounds = f"×{entry.estimate:.3g} ({entry.lower:.3g} to {entry.upper:.3g})"
    text, bracket, level = name.rpartition("[T.")
    if bracket:
        return f"{bounds} for {level[:-1]} against {fit.design.levels[text][0]}"
    factor = fit.formula.factors[name]
    assert isinstance(factor, Expression)
    if not factor.is_name:
        return f"{bounds} for 10 times the {factor.argument.text}"
    return f"{bounds} a year" if fit.is_year(name) else f"{bounds} for one more {name}"


def basis(fit: Regression) -> str:
    """Return the data, the intervals and the scores in a sentence or two."""
    told = []
    for name, item in fit.rows.variables.items():
        if item.kind == "category":
            told.append(f"{name} in {len(np.unique(item.values))} categories")
            continue
        low, high = float(item.values.min()), float(item.values.max())
        told.append(f"{name} {format_place(fit, name, low)} to {format_place(fit, name, high)}")
    scores = fit.scores
    parts = [
        f"From {fit.count:,} rows ({'; '.join(told)}).",
        f"Intervals: Student t with {fit.estimated.freedom:.0f} degrees of freedom, covariance: "
        f"{COVARIANCES[str(fit.spec.covariance)]}.",
    ]
    if math.isfinite(scores["aicc"]):
        parts.append(f"AICc {scores['aicc']:.1f}, BIC {scores['bic']:.1f}.")
    if math.isfinite(scores["left_out_coverage"]):
        held = percent(round(scores["left_out_coverage"], 3))
        parts.append(
            f"Left out one by one, {held} of the rows fell in their {percent(fit.level)} next-observation interval."
        )
    return " ".join(parts)


def format_place(fit: Regression, name: str, value: float) -> str:
    """Return a value of a column: a date, or a number with the unit that its name tells."""
    if fit.rows.variables[name].kind == "year":
        return format_date(from_decimal_year(value))
    unit = fit.unit_of(name)
    return format_quantity(value, unit) if unit else f"{value:.4g}"


def regression_prediction_answer(fit: Regression, predictions: Mapping[str, Prediction]) -> Answer:
    """Return the answer of `forecast predict FIT.json` for a formula.

    Parameters
    ----------
    fit : Regression
        The fit.
    predictions : mapping
        By kind, at the same places.
    """
    first = next(iter(predictions.values()))
    levels = sorted({row.level for row in first.rows})
    names = list(fit.formula.names)
    rows = []
    for place in range(len(first.rows) // len(levels)):
        for kind, prediction in predictions.items():
            picked = prediction.rows[place * len(levels) : (place + 1) * len(levels)]
            where = [
                value if isinstance(value := picked[0].at[name], str) else format_place(fit, name, value)
                for name in names
            ]
            kind_name = curve_name(fit) if kind == "mean" else KINDS[kind]
            cells = [f"{format_output(fit, row.lower)} to {format_output(fit, row.upper)}" for row in picked]
            rows.append([*where, kind_name, format_output(fit, picked[0].estimate), *cells])
    headings = [f"{percent(level)} interval" for level in levels]
    estimate = "median" if fit.formula.link is not None and fit.spec.quantile in (None, 0.5) else "estimate"
    table = Table([*names, "estimand", f"{fit.output} ({estimate})", *headings], rows, numeric=names)
    result = {
        "law": "formula",
        "formula": fit.formula.text,
        "output": fit.output,
        "unit": fit.unit,
        "status": fit.status,
        "rows": [row for prediction in predictions.values() for row in prediction.to_dict()["rows"]],
        "extrapolation": list(first.extrapolation),
    }
    flat = [{**row.pop("at"), **row} for row in (dict(r) for r in result["rows"])]
    return Answer(
        schema="forecast/predict-fit/1",
        result=result,
        document=Document(
            f"{fit.output.capitalize()}: prediction",
            [Section("", [Text(verdict(fit), strong=True), Code(fit.formula.text), table, Text(basis(fit))])],
        ),
        notes=first.notes,
        provenance=fit.provenance.to_dict(),
        rows=flat,
        explains=("forecast.regressions.prediction", "forecast.regressions.formula"),
    )


def curve_name(fit: Regression) -> str:
    """Return what the fitted curve is, in words."""
    return KINDS["mean"] if fit.spec.quantile is None else f"where the {fit.spec.quantile:g} quantile is"


def format_output(fit: Regression, value: float) -> str:
    """Return a value of the output with the unit that its name tells."""
    return format_quantity(value, fit.unit) if fit.unit else f"{value:.4g}"
