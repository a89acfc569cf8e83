"""A fit for a reader: the verdict first, then the numbers, then what they rest on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from forecast.figures.law_fit import by_compute
from forecast.figures.law_fit import draw as draw_fit
from forecast.fitting.bounds import Estimate
from forecast.fitting.prediction import KINDS, Prediction
from forecast.fitting.result import SCHEMA, Fit, bounds_of
from forecast.intervals import INTERVALS
from forecast.laws import LAWS
from forecast.notes import unique
from forecast.questions.allocation import allocate
from forecast.report.document import Answer, Block, Bullets, Code, Document, Section, Table, Text
from forecast.report.pages.prediction import percent
from forecast.solve.search import Status
from forecast.units import format_interval, format_quantity

#: Share of the error below which a value is shown as 0, such as a floor on its bound.
_NOTHING = 1e-5
#: A standard error this many times as wide as the interval is that of a few draws far out, not of the estimate.
_UNSTABLE = 10.0


def fit_answer(fit: Fit) -> Answer:
    """Return the short answer of `forecast fit` and `forecast show`."""
    return Answer(
        schema=SCHEMA,
        result=fit.to_dict(),
        document=Document(f"{fit.law.title.capitalize()}: fit of {fit.count:,} rows", [Section("", fit_blocks(fit))]),
        notes=fit.notes,
        provenance=fit.provenance.to_dict(),
        rows=[{str(k): v for k, v in row.items()} for row in fit.to_frame().to_dict("records")],
        explains=(
            "forecast.fitting.procedure",
            LAWS.module(fit.law.name),
            "forecast.solve.search",
            INTERVALS.module(fit.spec.intervals),
        ),
        topics=(f"law:{fit.law.name}", f"intervals:{fit.spec.intervals}"),
        next_command="forecast report fit.json -o fit.md",
    )


def report_answer(fit: Fit, command: str) -> Answer:
    """Return the report of a fit: answer, figure, extrapolation, data, limits, and the commands that make it again."""
    short = fit_answer(fit)
    blocks = fit_blocks(fit)
    made = [fit.provenance.call] if fit.provenance.call else []
    sections = [
        Section("In short", [*blocks, Bullets([_parameter_sentence(fit)])], depth="brief"),
        Section("Fit and residuals", [draw_fit(fit, "fit")], depth="brief"),
        Section("Beyond the data", [_further(fit) if by_compute(fit) else _beyond(fit)]),
        Section("Data used", [_data_table(fit)]),
        Section("How to make this again", [Code("\n".join([*made, command]), "sh"), _data_digest(fit)]),
    ]
    return replace(
        short,
        schema="forecast/report/fit/1",
        document=Document(f"{fit.law.title.capitalize()}: fit of {fit.count:,} rows", sections),
        provenance=fit.provenance.to_dict() | {"call": command},
    )


def _parameter_sentence(fit: Fit) -> str:
    last = fit.names[-1]
    entry = fit.parameters[last]
    return (
        f"Read the intervals, not the digits: {last} is {format_estimate(entry)}, and with {percent(entry.level)} "
        f"confidence between {parameter_interval(entry).replace(' to ', ' and ')} ({bounds_of(fit)})."
    )


def _further(fit: Fit) -> Table:
    """Return compute-optimal runs at the largest compute fitted and at 10 and 100 times beyond it."""
    top = float((6 * fit.inputs["N"] * fit.inputs["D"]).max())
    found = allocate(fit, [top, 10 * top, 100 * top], levels=(fit.level,))
    rows = []
    for label, compute in (("the largest fitted", top), ("10 times that", 10 * top), ("100 times that", 100 * top)):
        size, tokens, loss = (
            next(row for row in found.rows if row.compute_flop == compute and row.quantity == name)
            for name in ("parameters", "tokens", "loss")
        )
        error = (loss.upper - loss.lower) / 3.3
        rows.append(
            [
                f"{label}, {format_quantity(compute, 'FLOP')}",
                *(
                    f"{format_quantity(row.estimate, name, digits=3)} ({format_interval(row.lower, row.upper, name)})"
                    for name, row in (("parameters", size), ("tokens", tokens))
                ),
                format_number(loss.estimate, error),
                f"{format_number(loss.lower, error)} to {format_number(loss.upper, error)}",
            ]
        )
    heading = f"{percent(fit.level)} interval"
    columns = ["compute", f"parameters N ({heading})", f"tokens D ({heading})", "loss", heading]
    caption = "Compute-optimal runs. Intervals hold the uncertainty of the parameters, not the risk that the law bends."
    return Table(columns, rows, caption, ("loss",))


def _beyond(fit: Fit) -> Table:
    """Return predictions at the largest inputs fitted and at 10 and 100 times (or further in time) beyond them."""
    steps: list[tuple[str, dict[str, float]]] = []
    for factor, label in ((1.0, "the largest fitted"), (10.0, "10 times that"), (100.0, "100 times that")):
        place = {}
        for item in fit.law.inputs:
            top, span = float(fit.inputs[item.name].max()), float(np.ptp(fit.inputs[item.name]))
            place[item.name] = (
                top * factor if item.positive else top + (factor > 1) * (0.5 if factor < 50 else 1.0) * span
            )
        timed = not all(item.positive for item in fit.law.inputs)
        names = {10.0: "half its range further", 100.0: "its whole range further"}
        steps.append((names.get(factor, label) if timed else label, place))
    together = {name: [place[name] for _, place in steps] for name in steps[0][1]}
    rows = []
    found = {"mean": fit.predict(together, (fit.level,), "mean"), "next": fit.predict(together, (fit.level,), "next")}
    for number, (label, place) in enumerate(steps):
        for kind, prediction in found.items():
            row = prediction.rows[number]
            error = (row.upper - row.lower) / 3.3
            where = ", ".join(f"{name} {value:.3g}" for name, value in place.items())
            cells = [format_number(value, error) for value in (row.estimate, row.lower, row.upper)]
            rows.append([label, where, KINDS[kind], cells[0], f"{cells[1]} to {cells[2]}"])
    caption = "Intervals hold the uncertainty of the parameters and the scatter, not the risk that the law bends."
    heading = f"{percent(fit.level)} interval"
    return Table(["inputs", "where", "estimand", fit.law.output.name, heading], rows, caption, (fit.law.output.name,))


def _data_table(fit: Fit) -> Table:
    meanings = {item.name: item.meaning for item in (*fit.law.inputs, fit.law.output)}
    rows = [
        [
            name, meanings[name], f"{len(np.unique(values)):,}", f"{values.min():.4g}", f"{np.median(values):.4g}",
            f"{values.max():.4g}",
        ]
        for name, values in {**fit.inputs, fit.law.output.name: fit.output}.items()
    ]  # fmt: skip
    columns = ["variable", "meaning", "different values", "smallest", "median", "largest"]
    return Table(columns, rows, f"{fit.count:,} rows", columns[2:])


def _data_digest(fit: Fit) -> Bullets:
    return Bullets([f"{name}: SHA-256 {digest}" for name, digest in fit.provenance.data.items()])


def fit_blocks(fit: Fit) -> list[Block]:
    """Return verdict, formula, estimates and basis."""
    blocks: list[Block] = [
        Text(verdict(fit), strong=True),
        Code(fit.law.formula),
        estimate_table(fit, list(fit.names), {p.name: p.meaning for p in fit.law.parameters}),
    ]
    if fit.derived:
        blocks.append(estimate_table(fit, list(fit.derived), {}, "derived quantity"))
    return [*blocks, Text(basis(fit))]


def verdict(fit: Fit) -> str:
    """Return the status with what stands behind it; problems in capitals."""
    certificate = fit.certificate
    status = str(fit.status)
    name = status if fit.status is Status.CERTIFIED else status.upper()
    if certificate.runner_up is None:
        other = "no other optimum was found"
    else:
        other = f"the next best optimum has {certificate.runner_up:.8g}"
    return (
        f"{name}: {certificate.agreeing} of {certificate.starts} starts agree on objective {certificate.objective:.10g} "
        f"({fit.loss.label} on {_residuals(fit)}); {other}; gradient norm {certificate.gradient_norm:.1g}, "
        f"condition number {certificate.condition:.2g}."
    )


def _residuals(fit: Fit) -> str:
    return {"log": "log residuals", "log1p": "residuals of log(1 + value)", "raw": "raw residuals"}[fit.space]


def estimate_table(fit: Fit, names: Sequence[str], meanings: Mapping[str, str], heading: str = "parameter") -> Table:
    """Return estimates, standard errors and an interval per level."""
    rows = []
    for name in names:
        entries = fit.intervals[name]
        held = name in fit.spec.fixed
        cells = ["held" if held else parameter_interval(entry) for entry in entries]
        error = "" if held else format_error(entries[-1])
        rows.append([name, format_estimate(entries[-1]), error, *cells, *([meanings[name]] if meanings else [])])
    levels = [f"{percent(level)} interval" for level in fit.spec.levels]
    columns = [heading, "estimate", "s.e.", *levels, *(["meaning"] if meanings else [])]
    return Table(columns, rows, numeric=("estimate", "s.e."))


def basis(fit: Fit) -> str:
    """Return the data, the intervals and the scatter in a sentence or two."""
    inputs = "; ".join(f"{name} {format_range(values.min(), values.max())}" for name, values in fit.inputs.items())
    scores = fit.scores
    scatter = (
        f"{scores['residual_sd']:.3g}"
        if fit.space == "raw"
        else f"{percent(math.expm1(scores['residual_sd']))} of the value"
    )
    return (
        f"From {fit.count:,} rows ({inputs}; {fit.law.output.name} {format_range(fit.output.min(), fit.output.max())}). "
        f"Intervals: {bounds_of(fit)}, {len(fit.draws):,} draws. R² {scores['r2']:.4f}, residual standard deviation {scatter}."
    )


def format_range(low: float, high: float) -> str:
    """Return ``"1e+06 to 3e+09"`` in four digits or fewer.

    Examples
    --------
    >>> format_range(2e6, 3.25e9)
    '2e+06 to 3.25e+09'
    """
    return f"{low:.4g} to {high:.4g}"


def format_number(value: float, error: float) -> str:
    """Return a number to two significant digits of its error.

    Examples
    --------
    >>> format_number(0.347310, 0.0149), format_number(2143.4, 1340.0), format_number(1.5, 0.0)
    ('0.347', '2100', '1.5')
    """
    if not math.isfinite(value):
        return "unbounded" if math.isinf(value) else "unknown"
    if not (math.isfinite(error) and error > 0):
        return f"{value:.6g}"
    if abs(value) < error:
        own = float(f"{value:.1e}")  # the error says nothing of a value that small; keep two of its own digits
        return f"{own:.6g}"
    place = math.floor(math.log10(error)) - 1
    size = math.floor(math.log10(abs(value))) if value else place
    if size < -3 or size > 6:
        return f"{value:.{min(max(size - place, 1), 8)}e}"
    return f"{round(value, -place):.{max(-place, 0)}f}"


def format_estimate(entry: Estimate) -> str:
    """Return the estimate to two digits of its error."""
    return _in_digits(entry.estimate, entry)


def format_error(entry: Estimate) -> str:
    """Return the standard error, or that a few draws far out decide it.

    Examples
    --------
    >>> format_error(Estimate(0.35, 0.015, 0.32, 0.37, 0.9)), format_error(Estimate(700.0, 1.8e8, 8.0, 2200.0, 0.9))
    ('0.015', 'unstable')
    """
    return "unstable" if _unstable(entry) else format_number(entry.se, entry.se)


def parameter_interval(entry: Estimate) -> str:
    """Return the interval to two digits of the error.

    Examples
    --------
    >>> parameter_interval(Estimate(0.0083, 0.0048, 3e-8, 0.0166, 0.9))
    '0 to 0.0166'
    """
    return f"{_in_digits(entry.lower, entry)} to {_in_digits(entry.upper, entry)}"


def _in_digits(value: float, entry: Estimate) -> str:
    if _unstable(entry):
        return format_number(value, (entry.upper - entry.lower) / 3.3)
    return "0" if abs(value) < _NOTHING * entry.se else format_number(value, entry.se)


def _unstable(entry: Estimate) -> bool:
    width = entry.upper - entry.lower
    return math.isfinite(width) and 0 < width < entry.se / _UNSTABLE


def prediction_answer(
    fit: Fit,
    predictions: Mapping[str, Prediction],
    steps: Mapping[str, tuple[Fit, dict[str, Prediction]]] | None = None,
) -> Answer:
    """Return the answer of `forecast predict FIT.json`: intervals of the curve and of the next observation.

    Parameters
    ----------
    fit : Fit
        The fit.
    predictions : mapping
        By kind, at the same places.
    steps : mapping
        For each input that another fit gives, that fit and its predictions.
    """
    first = next(iter(predictions.values()))
    blocks: list[Block] = [Text(verdict(fit), strong=True), _prediction_table(fit, predictions), Text(basis(fit))]
    sections = [Section("", blocks)]
    for name, (other, given) in (steps or {}).items():
        heading = f"First step: {fit.provenance.settings.get('columns', {}).get(name, name)} by {other.law.title}"
        sections.append(
            Section(heading, [Text(verdict(other), strong=True), _prediction_table(other, given), Text(basis(other))])
        )
    result: dict[str, Any] = {
        "law": fit.law.name,
        "output": fit.law.output.name,
        "status": str(fit.status),
        "rows": [row for p in predictions.values() for row in p.to_dict()["rows"]],
        "extrapolation": list(first.extrapolation),
    }
    if steps:
        result["through"] = {
            name: {
                "law": other.law.name, "output": other.law.output.name, "status": str(other.status),
                "rows": [row for p in given.values() for row in p.to_dict()["rows"]],
            }
            for name, (other, given) in steps.items()
        }  # fmt: skip
    flat = [{**row.pop("at"), **row} for row in (dict(r) for r in result["rows"])]
    return Answer(
        schema="forecast/predict-fit/1",
        result=result,
        document=Document(f"{fit.law.title.capitalize()}: prediction", sections),
        notes=unique([note for prediction in predictions.values() for note in prediction.notes]),
        provenance=first.provenance.to_dict(),
        rows=flat,
        explains=("forecast.fitting.prediction", LAWS.module(fit.law.name)),
        topics=(f"law:{fit.law.name}",),
        next_command="forecast report fit.json -o fit.md",
    )


def _prediction_table(fit: Fit, predictions: Mapping[str, Prediction]) -> Table:
    first = next(iter(predictions.values()))
    rows = []
    levels = sorted({row.level for row in first.rows})
    names = list(first.rows[0].at)
    for place in range(len(first.rows) // len(levels)):
        for kind, prediction in predictions.items():
            picked = prediction.rows[place * len(levels) : (place + 1) * len(levels)]
            error = (picked[-1].upper - picked[-1].lower) / 3.3
            rows.append(
                [
                    *(f"{picked[0].at[name]:.4g}" for name in names),
                    KINDS[kind],
                    format_number(picked[0].estimate, error),
                    *(f"{format_number(r.lower, error)} to {format_number(r.upper, error)}" for r in picked),
                ]
            )
    headings = [f"{percent(level)} interval" for level in levels]
    return Table([*names, "estimand", fit.law.output.name, *headings], rows, numeric=[*names, fit.law.output.name])
