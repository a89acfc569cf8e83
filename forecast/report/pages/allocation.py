"""The answer of `forecast allocate`: the best run, its table, what was optimised, and the isoFLOP curve."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import asdict

from forecast.figures.isoflop import draw as draw_curves
from forecast.laws import LAWS
from forecast.questions.allocation import UNITS, Allocation, AllocationRow
from forecast.report.document import Answer, Block, Document, Section, Table, Text
from forecast.report.pages.estimate import exact_text
from forecast.report.pages.fit import basis, format_number, verdict
from forecast.report.pages.prediction import percent
from forecast.units import format_interval, format_quantity

_TITLES = {
    "compute": "training compute bought", "parameters": "parameters N", "tokens": "training tokens D",
    "tokens_per_parameter": "tokens per parameter", "epochs": "passes over the data", "loss": "loss",
    "training_compute": "training compute", "inference_compute": "inference compute",
    "compute_saved": "lifetime compute saved",
}  # fmt: skip
#: Of the points of a curve, so many to one row of the table.
_EVERY = 4


def allocation_answer(allocation: Allocation, *, figures: bool = False) -> Answer:
    """Return the answer; with `figures` the curves are drawn."""
    fit = allocation.fit
    sections = []
    for number, rows in enumerate(_by_compute(allocation)):
        blocks: list[Block] = [Text(answer_sentence(allocation, rows), strong=True), allocation_table(rows)]
        if number == 0:
            blocks.append(
                Text(f"Optimised: {allocation.definition}. Intervals: each draw of the fit optimised by itself.")
            )
        sections.append(Section(_heading(rows[0]), blocks))
    if allocation.curve:
        shown: list[Block] = [draw_curves(allocation, "isoflop")] if figures else []
        sections.append(Section("IsoFLOP curve", [*shown, curve_table(allocation)]))
    if allocation.price is not None:
        sections.append(Section("What the compute costs", [_price_table(allocation)]))
    sections.append(Section("The fit", [Text(verdict(fit)), Text(basis(fit))]))
    return Answer(
        schema="forecast/allocate/1",
        result=allocation.to_dict(),
        document=Document(f"Allocation by the {fit.law.title} fit", sections),
        notes=allocation.notes,
        provenance=allocation.provenance.to_dict(),
        rows=[asdict(row) for row in allocation.rows],
        explains=("forecast.questions.allocation", LAWS.module(fit.law.name)),
        topics=(f"law:{fit.law.name}",),
        next_command=_next_command(allocation),
    )


def _next_command(allocation: Allocation) -> str:
    """Return the estimate of the first run."""
    first = {row.quantity: row.estimate for row in reversed(_by_compute(allocation)[0])}
    return f"forecast estimate --params {first['parameters']:.3g} --tokens {first['tokens']:.3g}"


def _by_compute(allocation: Allocation) -> list[list[AllocationRow]]:
    found: dict[tuple[float, float | None], list[AllocationRow]] = {}
    for row in allocation.rows:
        found.setdefault((row.compute_flop, row.budget_usd), []).append(row)
    return list(found.values())


def _heading(row: AllocationRow) -> str:
    compute = format_quantity(row.compute_flop, "FLOP", digits=3)
    return compute if row.budget_usd is None else f"{format_quantity(row.budget_usd, 'USD', digits=3)} ({compute})"


def answer_sentence(allocation: Allocation, rows: Sequence[AllocationRow]) -> str:
    """Return the best run in a sentence."""
    level = max(row.level for row in rows)
    by_name = {row.quantity: row for row in rows if row.level == level}
    size, tokens = by_name["parameters"], by_name["tokens"]
    kind = "over-trained" if allocation.inference_tokens else "compute-optimal"
    parts = [
        f"The {kind} run has {format_quantity(size.estimate, 'parameters', digits=3)} parameters "
        f"({percent(level)} interval {format_interval(size.lower, size.upper, 'parameters')}) and "
        f"{format_quantity(tokens.estimate, 'tokens', digits=3)} tokens "
        f"({format_interval(tokens.lower, tokens.upper, 'tokens')}), "
        f"{by_name['tokens_per_parameter'].estimate:.3g} per parameter"
    ]
    if "loss" in by_name:
        loss = by_name["loss"]
        parts.append(f"; it reaches a loss of {_cell(loss, loss.estimate)} ({_interval(loss)})")
    return "".join(parts) + "."


def allocation_table(rows: Sequence[AllocationRow]) -> Table:
    """Return estimate and intervals by quantity, levels in the headings."""
    levels = sorted({row.level for row in rows})
    names = list(dict.fromkeys(row.quantity for row in rows))
    cells = []
    for name in names:
        own = {row.level: row for row in rows if row.quantity == name}
        widest = own[levels[-1]]
        cells.append([_TITLES[name], _cell(widest, widest.estimate), *(_interval(own[level]) for level in levels)])
    headings = [f"{percent(level)} interval" for level in levels]
    return Table(["quantity", "by the fit", *headings], cells, numeric=("by the fit",))


def _cell(row: AllocationRow, value: float) -> str:
    unit = UNITS[row.quantity]
    if row.quantity == "loss":
        return format_number(value, (row.upper - row.lower) / 3.3)
    return format_quantity(value, unit, digits=3)


def _interval(row: AllocationRow) -> str:
    if math.isclose(row.lower, row.upper, rel_tol=1e-9):
        return "exact"
    if row.quantity == "loss":
        return f"{_cell(row, row.lower)} to {_cell(row, row.upper)}"
    return format_interval(row.lower, row.upper, UNITS[row.quantity])


def curve_table(allocation: Allocation) -> Table:
    """Return every fourth point of the curves."""
    computes = list(dict.fromkeys(point.compute_flop for point in allocation.curve))
    level = allocation.curve[0].level
    rows = []
    for compute in computes:
        points = [point for point in allocation.curve if point.compute_flop == compute]
        lowest = min(points, key=lambda p: p.loss)
        for point in (p for at, p in enumerate(points) if (at - points.index(lowest)) % _EVERY == 0):
            error = (point.upper - point.lower) / 3.3
            rows.append(
                [
                    format_quantity(compute, "FLOP", digits=3),
                    format_quantity(point.parameters, "parameters", digits=3),
                    format_quantity(point.tokens, "tokens", digits=3),
                    format_number(point.loss, error),
                    f"{format_number(point.lower, error)} to {format_number(point.upper, error)}",
                    "the best" if point is lowest else f"+{100 * (point.loss / lowest.loss - 1):.2g} %",
                ]
            )
    columns = ["compute", "parameters N", "tokens D", "loss", f"{percent(level)} interval", "against the best"]
    return Table(columns, rows, "Loss by size at the same training compute 6 N D", columns[1:4])


def _price_table(allocation: Allocation) -> Table:
    assert allocation.price is not None
    rows = []
    for each in allocation.price.assumptions:
        if isinstance(each.value, str | dt.date):
            continue
        spread = "" if each.low == each.high else format_interval(each.low, each.high, each.unit)
        rows.append([each.name, exact_text(each.value, each.unit), spread, each.source.split(":")[0]])
    plan = allocation.price.plan.to_dict()
    stated = ", ".join(f"{key} {value}" for key, value in plan.items() if key != "compute_flop")
    caption = f"Assumed, as not stated; ranges hold 90 %. The plan: {stated}."
    return Table(["input", "value", "range", "source"], rows, caption)
