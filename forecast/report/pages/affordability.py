"""The answer of `forecast afford`: what a budget trains, how far behind the frontier that is, and who could pay for it."""

from __future__ import annotations

import datetime as dt

from forecast.questions.afford import QUANTITIES, Affordability, Row
from forecast.report.document import Answer, Block, Bullets, Code, Document, Section, Table, Text
from forecast.report.pages.prediction import format_date, percent
from forecast.units import format_interval, format_quantity


def affordability_answer(found: Affordability, command: str = "", *, figures: bool = False) -> Answer:
    """Return the answer; figures where the format shows them."""
    blocks: list[Block] = [Text(answer_sentence(found), strong=True), Text(gap_sentence(found))]
    blocks += [quantity_table(found, date) for date in found.dates]
    if figures:
        from forecast.figures.affordability import draw

        blocks.append(draw(found, "affordability"))
    sections = [Section("", blocks)]
    if found.holders:
        sections.append(
            Section("Who could pay for a frontier model", [Text(divide_sentence(found), strong=True), who_table(found)])
        )
    sections.append(Section("How it was computed", [_method(found), *([Code(command, "sh")] if command else [])]))
    return Answer(
        schema="forecast/afford/1",
        result=found.to_dict(),
        document=Document("What a budget can train", sections),
        notes=found.notes,
        provenance=found.provenance.to_dict() | {"call": command},
        explains=("forecast.questions.afford", "forecast.costs.quantities.cost_rental_usd", "forecast.data.frontier"),
        topics=("data:models", "data:prices", "cost", "law:chinchilla"),
        next_command="forecast afford --who",
    )


def answer_sentence(found: Affordability) -> str:
    """Return what the first budget trains at the first date, and where the frontier is then."""
    budget, date, level = found.budgets[0], found.dates[0], found.levels[-1]
    size = found.select(budget, date, "parameters", level)
    small = found.select(budget, date, "parameters_overtrained", level)
    lag = found.select(budget, date, "lag_years", level)
    ratios = found.tokens_per_parameter
    return (
        f"On {format_date(date)}, {format_quantity(budget, 'USD')} trains a model of {_text(size)} parameters "
        f"({ratios[0]:g} tokens a parameter), or one of {_text(small)} for use ({ratios[1]:.0f} tokens a parameter): "
        f"what the frontier did {lag_text(lag)}."
    )


def lag_text(lag: Row) -> str:
    """Return a lag in words, with its interval.

    Examples
    --------
    >>> lag_text(Row(1e6, dt.date(2026, 7, 1), "lag_years", "years", 0.9, 4.52, 3.97, 5.21))
    '4.5 years before (90 %: 4.0 to 5.2)'
    >>> lag_text(Row(1e9, dt.date(2020, 7, 1), "lag_years", "years", 0.9, -2.0, -2.4, -1.5))
    '2.0 years later (90 %: 1.5 to 2.4)'
    """
    later = lag.median < 0
    low, high = sorted((abs(lag.lower), abs(lag.upper)))
    same_side = (lag.lower < 0) == (lag.upper < 0)
    span = f"{low:.1f} to {high:.1f}" if same_side else f"{lag.lower:.1f} to {lag.upper:.1f} before"
    return f"{abs(lag.median):.1f} years {'later' if later else 'before'} ({percent(lag.level)}: {span})"


def gap_sentence(found: Affordability) -> str:
    """Return whether the gap widens."""
    row = found.widening
    verb = "widens" if row.median > 0 else "narrows"
    cost = next(each for each in found.frontier if each.level == found.levels[-1])
    return (
        f"The gap of a constant budget {verb} by {abs(row.median):.2f} years a year ({percent(row.level)}: {row.lower:.2f} to "
        f"{row.upper:.2f}), because the frontier grows faster than prices fall. A model on the frontier's line costs "
        f"{_text(cost)} to rent on {format_date(cost.date)}."
    )


def _text(row: Row) -> str:
    interval = format_interval(row.lower, row.upper, row.unit)
    return f"{format_quantity(row.median, row.unit)} ({percent(row.level)}: {interval})"


def quantity_table(found: Affordability, date: dt.date) -> Table:
    """Return all quantities by budget at one date, levels in the headings."""
    rows = []
    for budget in found.budgets:
        for name, (unit, title) in QUANTITIES.items():
            picked = [found.select(budget, date, name, level) for level in found.levels]
            cells = [format_interval(row.lower, row.upper, unit) for row in picked]
            rows.append([format_quantity(budget, "USD"), title, format_quantity(picked[0].median, unit), *cells])
    headings = [f"{percent(level)} interval" for level in found.levels]
    return Table(["budget", f"on {format_date(date)}", "median", *headings], rows, numeric=("median",))


def divide_sentence(found: Affordability) -> str:
    """Return how far apart the budgets are in terms of the frontier's cost."""
    covering = [holder for holder in found.holders if holder.share.median >= 1]
    below = [holder for holder in found.holders if holder.share.median < 0.01]
    date = format_date(found.holders[0].share.date)
    return (
        f"Of {len(found.holders)} budgets, {len(covering)} cover the rent of one model on the frontier's line on {date}, "
        f"and {len(below)} less than a hundredth of it."
    )


def who_table(found: Affordability) -> Table:
    """Return known budgets with the part of a frontier model's cost that they cover, then and at the date asked for."""
    rows = []
    for holder in found.holders:
        then = "" if holder.share_then is None else times(holder.share_then.median)
        span = f"{times(holder.share.lower)} to {times(holder.share.upper)}"
        rows.append(
            [
                holder.category, holder.budget, str(holder.year), format_quantity(holder.usd, "USD"), then,
                times(holder.share.median), span, f"{holder.lag.median:+.1f}",
            ]
        )  # fmt: skip
    first = found.holders[0].share
    columns = [
        "category",
        "budget",
        "year",
        "dollars",
        "of a frontier model then",
        f"on {format_date(first.date)}",
        f"{percent(first.level)} interval",
        "years behind",
    ]
    caption = "Budgets in nominal dollars of their year; a model's cost is its final run, rented at list prices. Negative years: ahead."
    return Table(columns, rows, caption, columns[3:])


def times(share: float) -> str:
    """Return a part of the frontier's cost, as a percentage or as a multiple.

    Examples
    --------
    >>> times(0.00075), times(0.21), times(19.3)
    ('0.075 %', '21 %', '19 ×')
    """
    if share >= 1:
        return f"{format_quantity(share, '')} ×"
    return format_quantity(share, "fraction")


def _method(found: Affordability) -> Bullets:
    return Bullets(
        [
            "Compute: budget over the price of a FLOP, which is the rental price of a chip-hour at that date over dense peak × "
            "utilization, with their ranges; after the last known day it falls with the trend of hardware prices.",
            f"Frontier: least-squares line through the compute of {found.models} models that were among the ten largest at release; "
            "the interval is that of the line, not of single models.",
            f"Size: parameters N and tokens D with compute = 6 N D and D = {found.tokens_per_parameter[0]:g} N (compute-optimal) or "
            f"D = {found.tokens_per_parameter[1]:.0f} N (over-trained; by default the median of language models of the last two years).",
        ]
    )
