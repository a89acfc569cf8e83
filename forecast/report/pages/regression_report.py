"""The report of a regression: answer, figure, diagnostics, predictions beyond the data, data, and how to make it again."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from forecast.errors import UsageError
from forecast.figures.regression_fit import draw
from forecast.fitting.prediction import KINDS, Prediction
from forecast.regressions.doubts import breusch_pagan, row_name
from forecast.regressions.prediction import logged
from forecast.regressions.result import Regression
from forecast.report.document import Answer, Block, Bullets, Code, Section, Table
from forecast.report.pages.fit import format_estimate, parameter_interval
from forecast.report.pages.prediction import percent
from forecast.report.pages.regression import (
    curve_name,
    format_output,
    format_place,
    regression_answer,
    regression_blocks,
    scatter,
)

#: Rows and categories that a table shows at most.
_FURTHEST, _MOST_LEVELS = 5, 20


def regression_report_answer(fit: Regression, command: str) -> Answer:
    """Return the report of a regression.

    Parameters
    ----------
    fit : Regression
        As `forecast fit --formula` saved it.
    command : str
        What makes the report again.
    """
    short = regression_answer(fit)
    made = [fit.provenance.call] if fit.provenance.call else []
    digests = Bullets([f"{name}: SHA-256 {digest}" for name, digest in fit.provenance.data.items()])
    sections = [
        Section("In short", [*regression_blocks(fit), Bullets([_sentence(fit)])], depth="brief"),
        Section("Fit and residuals", [draw(fit, "fit")], depth="brief"),
        Section("How well it describes the data", [_scores(fit), _furthest(fit)]),
        Section("Predictions, in the data and beyond", _predictions(fit)),
        Section("Data used", _data(fit)),
        Section("How to make this again", [Code("\n".join([*made, command]), "sh"), digests]),
    ]
    return replace(
        short,
        schema="forecast/report/fit/1",
        document=replace(short.document, sections=sections),
        provenance=fit.provenance.to_dict() | {"call": command},
    )


def _sentence(fit: Regression) -> str:
    name = next((name for name in fit.names if name != "Intercept"), fit.names[0])
    entry = fit.parameters[name]
    return (
        f"Read the intervals, not the digits: the coefficient of {name} is {format_estimate(entry)}, and with "
        f"{percent(entry.level)} confidence between {parameter_interval(entry).replace(' to ', ' and ')}."
    )


def _least_squares(fit: Regression) -> bool:
    return fit.spec.estimator in ("ols", "wls")


def _scores(fit: Regression) -> Table:
    scores, response = fit.scores, fit.formula.response.text
    told: list[tuple[str, float, str]] = [
        ("residual standard deviation", scores["residual_sd"], f"of {response}: {scatter(fit)}"),
        ("median absolute residual", scores["median_absolute_residual"], f"half of the rows lie nearer to the fit, in {response}"),
        ("condition number", fit.condition, "of the scaled columns; from 100 the rows hardly tell the terms apart"),
        ("largest leverage", float(fit.leverage.max()), f"how much one row decides its own fitted value; on average {len(fit.names) / fit.count:.2g}"),
    ]  # fmt: skip
    if _least_squares(fit):
        told = [
            ("R²", scores["r2"], "share of the variance explained"),
            ("adjusted R²", scores["adjusted_r2"], "the same, with the number of coefficients counted"),
            *told,
            ("largest Cook's distance", float(fit.cook.max()), "how far all fitted values move without one row; above 0.5 is much"),
            ("Breusch–Pagan p", breusch_pagan(fit), "below 0.01 the scatter is not the same everywhere"),
            ("AICc", scores["aicc"], "to compare formulas of the same response and rows; smaller is better"),
            ("BIC", scores["bic"], "the same, harder on coefficients"),
            ("left-out coverage", scores["left_out_coverage"], f"share of rows in their {percent(fit.level)} next-observation interval, made without them"),
        ]  # fmt: skip
    rows = [[name, f"{value:.4g}", meaning] for name, value, meaning in told if math.isfinite(value)]
    return Table(["score", "value", "meaning"], rows, numeric=("value",))


def _furthest(fit: Regression) -> Table:
    """Return the rows furthest from the fit."""
    size = np.abs(fit.left_out if _least_squares(fit) else fit.residuals)
    rows = []
    for i in size.argsort()[::-1][:_FURTHEST]:
        natural = [format_output(fit, float(fit.formula.natural(values[i]))) for values in (fit.response, fit.fitted)]
        own = [f"{fit.left_out[i]:.2f}", f"{fit.cook[i]:.2g}"] if _least_squares(fit) else []
        rows.append([row_name(fit, int(i)), *natural, f"{fit.residuals[i]:.3g}", *own])
    own = ["residual in standard errors, left out", "Cook's distance"] if _least_squares(fit) else []
    columns = [
        "row",
        f"observed {fit.output}",
        f"fitted {fit.output}",
        f"residual of {fit.formula.response.text}",
        *own,
    ]
    return Table(columns, rows, "The rows furthest from the fit", columns[3:])


def _predictions(fit: Regression) -> list[Block]:
    """Return predictions in the middle of the data, at its edge and beyond."""
    names = fit.formula.names
    rows, notes = [], []
    for label, at in _places(fit):
        try:
            found = {"mean": fit.predict(at, (fit.level,), "mean"), "next": fit.predict(at, (fit.level,), "next")}
        except UsageError as error:  # a logarithm of what has become negative, say
            notes.append(f"{label.capitalize()} the formula is not defined: {error.message.removeprefix('--at: ')}.")
            continue
        where = [str(at[name]) if isinstance(at[name], str) else format_place(fit, name, at[name]) for name in names]
        for kind, prediction in found.items():
            (row,) = prediction.rows
            kind_name = curve_name(fit) if kind == "mean" else KINDS[kind]
            interval = f"{format_output(fit, row.lower)} to {format_output(fit, row.upper)}"
            rows.append([label, *where, kind_name, format_output(fit, row.estimate), interval])
        told = _outside(fit, found["mean"])
        if told:
            notes.append(f"{label.capitalize()}: {told}.")
    heading = f"{percent(fit.level)} interval"
    columns = ["where", *names, "estimand", fit.output, heading]
    caption = (
        "Intervals hold the uncertainty of the coefficients and the scatter, not the risk that the relation bends."
    )
    blocks: list[Block] = [Table(columns, rows, caption, (fit.output,))]
    return [*blocks, Bullets(notes)] if notes else blocks


def _places(fit: Regression) -> list[tuple[str, dict[str, Any]]]:
    """Return places by name: the middle, the largest, and two steps beyond; without numbers, every category."""
    variables = {name: fit.rows.variables[name] for name in fit.formula.names}
    common = {}
    numbers = {}
    for name, item in variables.items():
        if item.kind == "category":
            levels, counts = np.unique(item.values, return_counts=True)
            common[name] = [str(levels[i]) for i in (-counts).argsort(kind="stable")]
        else:
            numbers[name] = np.asarray(item.values, dtype=float)
    first = {name: levels[0] for name, levels in common.items()}
    if not numbers:
        if len(common) != 1:
            return [("most often" if common else "anywhere", first)]
        return [("in the data", {name: level}) for name, levels in common.items() for level in levels[:_MOST_LEVELS]]
    steps: list[tuple[str, dict[str, Any]]] = [("in the middle", {n: float(np.median(v)) for n, v in numbers.items()})]
    orders = logged(fit)
    for label, factor, years, share in (
        ("at the largest", 1.0, 0.0, 0.0),
        ("further", 10.0, 1.0, 0.5),
        ("much further", 100.0, 3.0, 1.0),
    ):
        place = {}
        for name, values in numbers.items():
            top = float(values.max())
            if len(np.unique(values)) > 2:  # else a switch, of which nothing is beyond
                if fit.is_year(name):
                    top += years
                elif name in orders and top > 0:
                    top *= factor
                else:
                    top += share * float(np.ptp(values))
            place[name] = top
        steps.append((label, place))
    return [(label, place | first) for label, place in steps]


def _outside(fit: Regression, prediction: Prediction) -> str:
    """Return how far a place is beyond the data, in words."""
    orders = logged(fit)
    told = []
    for name, distance in prediction.extrapolation[0].items():
        if fit.is_year(name):
            told.append(f"{name} {distance:.3g} year{'' if distance == 1 else 's'} past the last")
        elif name in orders:
            told.append(f"{name} {10**distance:.3g} times the largest")
        else:
            told.append(f"{name} {distance:.3g} above the largest")
    told += [note.message for note in prediction.notes if note.code == "unlike-the-data"]
    return "; ".join(told)


def _data(fit: Regression) -> list[Block]:
    numbers, categories = [], []
    for name, item in fit.rows.variables.items():
        if item.kind == "category":
            levels, counts = np.unique(item.values, return_counts=True)
            order = (-counts).argsort(kind="stable")
            categories += [[name, str(levels[i]), f"{counts[i]:,}"] for i in order[:_MOST_LEVELS]]
            continue
        values = np.asarray(item.values, dtype=float)
        places = (float(values.min()), float(np.median(values)), float(values.max()))
        numbers.append(
            [name, item.column, f"{len(np.unique(values)):,}", *(format_place(fit, name, place) for place in places)]
        )
    columns = ["name", "column", "different values", "smallest", "median", "largest"]
    blocks: list[Block] = [Table(columns, numbers, f"{fit.count:,} rows", columns[2:])]
    if categories:
        blocks.append(Table(["name", "category", "rows"], categories, numeric=("rows",)))
    return blocks
