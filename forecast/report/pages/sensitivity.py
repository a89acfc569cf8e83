"""The answer of `forecast sensitivity`: the headline, the envelope, and what moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from forecast.questions.sensitivity import Sensitivity
from forecast.report.document import Answer, Block, Bullets, Document, Section, Table, Text
from forecast.report.pages.prediction import ESTIMAND_NAMES, format_date, percent, record_sentence
from forecast.units import format_interval, format_quantity


def sensitivity_answer(found: Sequence[Sensitivity], *, figures: bool = False) -> Answer:
    """Return the answer of one or more targets."""
    sections = []
    for sensitivity in found:
        forecast = sensitivity.forecast
        blocks: list[Block] = [Text(envelope_sentence(sensitivity), strong=True)]
        if forecast.backtest:
            blocks.append(Text(record_sentence(forecast.backtest)))
        blocks.append(sensitivity_table(sensitivity))
        if sensitivity.skipped:
            blocks.append(Bullets([f"not computed: {reason}" for reason in sensitivity.skipped]))
        if figures:
            from forecast.figures.sensitivity_tornado import draw

            blocks.append(draw(sensitivity, f"{forecast.target}-tornado"))
        sections.append(Section(forecast.title if len(found) > 1 else "", blocks))
    names = ", ".join(sensitivity.forecast.title.lower() for sensitivity in found)
    first = found[0].forecast
    return Answer(
        schema="forecast/sensitivity/1",
        result={"targets": [sensitivity.to_dict() for sensitivity in found]},
        document=Document(f"How much the choices matter: {names}", sections),
        notes=[note for sensitivity in found for note in sensitivity.forecast.notes],
        provenance=first.provenance.to_dict(),
        rows=[
            {"target": s.forecast.target, "unit": s.forecast.unit, "date": s.date, "level": s.level, **asdict(variant)}
            for s in found
            for variant in (s.headline, *s.variants)
        ],
        explains=("forecast.questions.sensitivity", "forecast.data.frontier"),
        topics=("backtest",),
        next_command=f"forecast predict {first.target}",
    )


def envelope_sentence(sensitivity: Sensitivity) -> str:
    """Return headline and envelope in one sentence."""
    forecast, headline, envelope = sensitivity.forecast, sensitivity.headline, sensitivity.envelope
    unit = forecast.unit
    growth = forecast.growth
    return (
        f"{forecast.title}, {ESTIMAND_NAMES[sensitivity.estimand]} on {format_date(sensitivity.date)}: "
        f"{format_quantity(headline.median, unit)} ({percent(sensitivity.level)} interval "
        f"{format_interval(headline.lower, headline.upper, unit)}). Other choices move the median from "
        f"{format_interval(*envelope['median'], unit)}, and the ends of the interval out to "
        f"{format_interval(*envelope['interval'], unit)}; growth from ×{envelope['growth'][0]:.2f} to "
        f"×{envelope['growth'][1]:.2f} a year, where its {percent(growth.level)} confidence interval says "
        f"{growth.lower:.2f} to {growth.upper:.2f}."
    )


def sensitivity_table(sensitivity: Sensitivity, caption: str = "") -> Table:
    """Return the variants by choice, the headline first."""
    unit = sensitivity.forecast.unit
    rows, last = [], ""
    for variant in (sensitivity.headline, *sensitivity.variants):
        rows.append(
            [
                variant.choice if variant.choice != last else "",
                variant.setting,
                str(variant.n),
                f"×{variant.growth:.2f}",
                format_quantity(variant.median, unit),
                format_interval(variant.lower, variant.upper, unit),
            ]
        )
        last = variant.choice
    interval = f"{percent(sensitivity.level)} interval"
    columns = ["choice", "changed to", "models", "growth a year", "median", interval]
    return Table(columns, rows, caption, ("models", "growth a year", "median"))
