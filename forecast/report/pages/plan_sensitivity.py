"""The answer of `forecast sensitivity PLAN.toml`: how far each input's range moves a planned run, and the envelope."""

from __future__ import annotations

from typing import Any

from forecast.costs.result import Estimate
from forecast.report.document import Answer, Block, Document, Section, Table, Text
from forecast.report.pages.estimate import exact_text
from forecast.report.pages.prediction import percent
from forecast.units import format_interval, format_quantity


def plan_sensitivity_answer(estimate: Estimate, name: str, *, figures: bool = False) -> Answer:
    """Return the answer: per quantity the envelope beside the headline interval, and every input that moves it."""
    moved = [quantity for quantity, swings in estimate.swings.items() if swings]
    sections = [Section(_title(estimate, quantity), _blocks(estimate, quantity, figures)) for quantity in moved]
    exact = [Text("Every quantity of this plan is exact, so no input moves it.")]
    return Answer(
        schema="forecast/sensitivity-plan/1",
        result={"rows": rows(estimate)},
        document=Document(f"Sensitivity of {name}", sections or [Section("", exact)]),
        notes=estimate.notes,
        provenance=estimate.provenance.to_dict(),
        explains=("forecast.costs.attribution", "forecast.costs.draws"),
        topics=("cost", "energy", "carbon"),
    )


def _title(estimate: Estimate, quantity: str) -> str:
    title = estimate[quantity].title
    return title[:1].upper() + title[1:]  # capitalize() would spell PUE small


def rows(estimate: Estimate) -> list[dict[str, Any]]:
    """Return the long table: quantity, input, the quantity at the ends of the input's 90 % range, share of variance."""
    return [
        {
            "quantity": quantity, "unit": estimate[quantity].unit, "input": swing.input, "at_low": swing.low,
            "at_median": swing.middle, "at_high": swing.high, "variance_share": swing.share,
        }
        for quantity, swings in estimate.swings.items()
        for swing in swings
    ]  # fmt: skip


def _blocks(estimate: Estimate, quantity: str, figures: bool) -> list[Block]:
    result, swings = estimate[quantity], estimate.swings[quantity]
    ends = [end for swing in swings for end in (swing.low, swing.high)]
    widest = result.intervals[-1]
    sentence = (
        f"{format_quantity(result.median, result.unit)} ({percent(widest.level)} interval "
        f"{format_interval(widest.lower, widest.upper, result.unit)}); one input at a time, at the ends of its 90 % range, "
        f"moves it from {format_quantity(min(ends), result.unit)} to {format_quantity(max(ends), result.unit)}."
    )
    cells = [
        [
            swing.input,
            *(exact_text(end, result.unit) for end in (swing.low, swing.high)),
            percent(round(swing.share, 3)),
        ]
        for swing in swings
    ]
    table = Table(
        ["input", "at its low end", "at its high end", "share of variance"], cells, numeric=("share of variance",)
    )
    blocks: list[Block] = [Text(sentence, strong=True), table]
    if figures:
        from forecast.figures.tornado import draw

        blocks.append(draw(result, swings, f"tornado-{quantity}"))
    return blocks
