"""The page of many estimates: a table of the first plans, and every plan in the data."""

from __future__ import annotations

from forecast.costs.batches import Estimates
from forecast.costs.graph import quantity
from forecast.costs.result import HEADLINES
from forecast.report.document import Answer, Block, Code, Document, Section, Table, Text
from forecast.report.pages.prediction import percent
from forecast.units import format_interval, format_quantity

_SHOWN_PLANS = 20
_SHOWN = ("compute_flop", "chip_hours", "energy_kwh", "carbon_kg", "water_l", "cost_usd")


def estimates_answer(estimates: Estimates, command: str) -> Answer:
    """Return the answer; the document shows the first plans, the result and its rows hold all.

    Parameters
    ----------
    estimates : Estimates
        From :func:`forecast.costs.batches.estimate_plans`.
    command : str
        The one command that makes it again.
    """
    frame = estimates.frame
    blocks: list[Block] = [_table(estimates)]
    if len(frame) > _SHOWN_PLANS:
        blocks.append(Text(f"The first {_SHOWN_PLANS} of {len(frame):,} plans; all are in -o FILE.csv or --json."))
    sections = [Section("", blocks), Section("How to make it again", [Code(command, "sh")])]
    rows = estimates.rows()
    units = {name: quantity(name).unit for name in HEADLINES if name in frame}
    return Answer(
        schema="forecast/estimates/1",
        result={"levels": list(estimates.levels), "units": units, "rows": rows},
        document=Document(f"Estimates of {len(frame):,} training runs", sections),
        notes=estimates.notes,
        provenance=estimates.provenance.to_dict() | {"call": command},
        rows=rows,
        explains=("forecast.costs.batches", "forecast.costs.graph"),
        topics=("cost", "energy", "carbon", "water"),
        next_command="forecast estimate --params 70B --tokens 15T",
    )


def _table(estimates: Estimates) -> Table:
    frame = estimates.frame.head(_SHOWN_PLANS)
    labels = [str(name) for name in frame.columns if not str(name).startswith(HEADLINES)]
    shown = [name for name in _SHOWN if name in frame]
    level = f"{100 * max(estimates.levels):.4g}"
    rows = []
    for number, (_, row) in enumerate(frame.iterrows()):
        cells = [str(row[name]) for name in labels] or [str(number + 1)]
        for name in shown:
            unit = quantity(name).unit
            low, high = row[f"{name}_lower_{level}"], row[f"{name}_upper_{level}"]
            spread = "" if low == high or low != low else f" ({format_interval(low, high, unit)})"
            cells.append(format_quantity(row[name], unit) + spread)
        rows.append(cells)
    caption = f"Median and {percent(max(estimates.levels))} interval."
    return Table([*(labels or ["plan"]), *shown], rows, caption)
