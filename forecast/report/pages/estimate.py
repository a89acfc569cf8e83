"""The page of an estimate: the answer, what the numbers include, what dominates, what was assumed, and comparisons."""

from __future__ import annotations

import datetime as dt
import math
import shlex
from collections.abc import Sequence
from dataclasses import replace

from forecast.costs.choices import Assumed
from forecast.costs.graph import quantity
from forecast.costs.quantities import QUANTITIES
from forecast.costs.result import FURTHER, HEADLINES, Estimate, Interval, Result
from forecast.report.document import Answer, Block, Bullets, Code, Document, Section, Table, Text
from forecast.report.pages.prediction import percent
from forecast.units import format_interval, format_quantity

_COMPONENTS = {"rental": "rental", "hardware": "hardware used up", "energy": "electricity", "staff": "staff"}
#: How a source begins that is a whole row of a table; it is printed once.
_ROW = "datasets/"
#: Quantities whose conventions the short answer tells.
_TOLD = ("energy_it_kwh", "energy_kwh", "carbon_kg", "carbon_operational_kg", "water_l", "water_onsite_l", "cost_usd")


def estimate_answer(estimate: Estimate, command: str = "", *, full: bool = False) -> Answer:
    """Return the answer.

    Parameters
    ----------
    estimate : Estimate
        From :func:`forecast.costs.estimation.estimate`.
    command : str
        The one command that makes it again; none for a result of a Python call.
    full : bool
        A report with figures and whole sources, instead of the short answer of a terminal.
    """
    shown = [name for name in (*HEADLINES, *FURTHER) if name in estimate.results]
    shown += [name for name in estimate.results if name not in shown] if not estimate.plan.assume else []
    blocks: list[Block] = [Text(answer_sentence(estimate), strong=True), quantity_table(estimate, shown)]
    if len(estimate.shares) > 1:
        blocks.append(Text(shares_sentence(estimate)))
    sections = [Section("", blocks)]
    if estimate.variance_shares:
        sections.append(Section("What the intervals come from", _dominant(estimate, full)))
    if estimate.equivalences:
        sections.append(Section("What it compares with", [_comparisons(estimate)]))
    told = shown if full else [name for name in shown if name in _TOLD]
    sections.append(Section("What the numbers include", [_conventions(estimate, told)]))
    if estimate.assumptions:
        sections.append(Section("What was assumed", _assumptions(estimate, full)))
    if command:
        sections.append(Section("How to make it again", [Code(command, "sh")]))
    return Answer(
        schema="forecast/estimate/1",
        result=estimate.to_dict(),
        document=Document("Estimate of a training run", sections),
        notes=estimate.notes,
        provenance=estimate.provenance.to_dict() | {"call": command},
        rows=estimate.rows(),
        explains=(
            "forecast.costs.estimation",
            "forecast.costs.graph",
            *_graph_modules(estimate),
            "forecast.costs.attribution",
        ),
        topics=("cost", "energy", "carbon", "water"),
        next_command="forecast afford --budget " + shlex.quote(f"${estimate['cost_usd'].median:.0f}")
        if "cost_usd" in estimate.results
        else "forecast list components",
    )


def _graph_modules(estimate: Estimate) -> list[str]:
    """Return where the rules of the quantities stand that were computed."""
    computed = [name for name, result in estimate.results.items() if result.inputs and name in QUANTITIES.names()]
    return [QUANTITIES.module(name) for name in computed]


def answer_sentence(estimate: Estimate) -> str:
    """Return the headline quantities that follow, each with its widest interval."""
    phrases = {
        "compute_flop": "{} of training compute", "wall_hours": "{} of time", "energy_kwh": "{} of energy",
        "carbon_kg": "{} of CO2-equivalent", "water_l": "{} of water", "cost_usd": "{} of cost",
    }  # fmt: skip
    named = [(name, phrase) for name, phrase in phrases.items() if name in estimate.results]
    if not named:
        named = [(name, f"{{}} of {quantity(name).title}") for name in list(estimate.results)[:3]]
    parts = [phrase.format(_with_interval(estimate[name])) for name, phrase in named]
    if not parts:
        return "Nothing follows from what is given."
    return f"The run takes {', '.join(parts[:-1]) + ' and ' if len(parts) > 1 else ''}{parts[-1]}."


def _with_interval(result: Result) -> str:
    result = _in_days(result)
    widest = result.intervals[-1]
    if widest.lower == widest.upper:
        return exact_text(result.median, result.unit)
    text = format_quantity(result.median, result.unit)
    return f"{text} ({percent(widest.level)}: {format_interval(widest.lower, widest.upper, result.unit)})"


def _in_days(result: Result) -> Result:
    # People plan a run in days; the JSON keeps hours.
    if result.name != "wall_hours":
        return result
    intervals = tuple(Interval(each.level, each.lower / 24, each.upper / 24) for each in result.intervals)
    return replace(result, unit="days", median=result.median / 24, intervals=intervals)


def exact_text(value: float, unit: str) -> str:
    """Return a number that has no interval: to the digits it needs if six are enough, else to four.

    Examples
    --------
    >>> exact_text(433196.0, "kWh"), exact_text(6.3e24, "FLOP"), exact_text(1 / 3, "")
    ('433.196 MWh', '6.3e24 FLOP', '0.3333')
    """
    needed = (n for n in range(2, 7) if math.isclose(float(f"{value:.{n - 1}e}"), value, rel_tol=1e-9))
    return format_quantity(value, unit, digits=next(needed, 4))


def quantity_table(estimate: Estimate, names: Sequence[str]) -> Table:
    """Return median and intervals by quantity, levels in the headings."""
    levels = [interval.level for interval in next(iter(estimate.results.values())).intervals] if names else []
    rows = []
    for name in names:
        result = _in_days(estimate[name])
        cells = [
            "exact"
            if interval.lower == interval.upper
            else format_interval(interval.lower, interval.upper, result.unit)
            for interval in result.intervals
        ]
        write = exact_text if "exact" in cells else format_quantity
        rows.append([name, result.title, write(result.median, result.unit), *cells])
    headings = [f"{percent(level)} interval" for level in levels]
    return Table(["quantity", "what", "median", *headings], rows, numeric=("median",))


def shares_sentence(estimate: Estimate) -> str:
    """Return what the cost consists of, largest first."""
    parts = sorted(estimate.shares.items(), key=lambda item: -item[1])
    kind = estimate["cost_usd"].convention.cost
    return (
        f"Cost by {kind}: "
        + ", ".join(f"{_COMPONENTS[name]} {percent(round(share, 2))}" for name, share in parts)
        + "."
    )


def _dominant(estimate: Estimate, figures: bool) -> list[Block]:
    wanted = [
        name
        for name in ("chip_hours", "energy_kwh", "carbon_kg", "water_l", "cost_usd")
        if name in estimate.variance_shares
    ]
    wanted = wanted or list(estimate.variance_shares)[:3]
    rows = []
    for name in wanted:
        shares = [(each, share) for each, share in estimate.variance_shares[name].items() if share >= 0.01]
        rows.append(
            [name, ", ".join(f"{quantity(each).title} {percent(round(share, 2))}" for each, share in shares[:5])]
        )
    caption = (
        "First-order shares of the variance of log10(quantity) by input, from the draws; narrow the first input to "
        "narrow the interval."
    )
    blocks: list[Block] = [Table(["quantity", "share of its variance by input"], rows, caption)]
    if figures:
        from forecast.figures.tornado import draw

        blocks += [
            draw(estimate[name], swings, f"tornado-{name}") for name, swings in estimate.swings.items() if swings
        ]
    return blocks


def _comparisons(estimate: Estimate) -> Bullets:
    items = []
    for each in estimate.equivalences:
        amount = f"{float(f'{each.count:.1e}'):,.10g}"
        items.append(f"{quantity(each.quantity).title}: as much as {amount} × {each.item}, {each.per} ({each.source})")
    return Bullets(items)


def _conventions(estimate: Estimate, names: Sequence[str]) -> Bullets:
    grouped: dict[str, list[str]] = {}
    for name in names:
        grouped.setdefault(str(estimate[name].convention), []).append(name)
    return Bullets([f"{', '.join(each)}: {words}" for words, each in grouped.items() if words])


def _assumptions(estimate: Estimate, full: bool) -> list[Block]:
    choices = [each for each in estimate.assumptions if isinstance(each.value, str | dt.date)]
    rows = [_assumption(each, full) for each in estimate.assumptions if each not in choices]
    words = ", ".join(f"{each.name} {each.value}" for each in choices)
    caption = "Give any of them with --set NAME=VALUE, and it is exact. Ranges hold 90 %."
    table = Table(["input", "value", "range", "source"], rows, caption)
    blocks: list[Block] = [Text(f"Choices: {words}."), table] if choices else [table]
    rows_read = dict.fromkeys(
        each.source for each in estimate.assumptions if each.source.startswith(_ROW) and ":" in each.source
    )
    return [*blocks, Bullets(list(rows_read))] if full and rows_read else blocks


def _assumption(each: Assumed, full: bool) -> list[str]:
    spread = "" if each.low == each.high else format_interval(each.low, each.high, each.unit)
    note = f" ({each.note})" if each.note else ""
    source = (each.source.split(":")[0] if each.source.startswith(_ROW) else each.source) + note
    return [each.name, exact_text(each.value, each.unit), spread, source if full else _short(source)]


def _short(source: str, width: int = 44) -> str:
    return source if len(source) <= width else source[: width - 1].rstrip() + "…"
