"""The answer of `forecast decompose`: two runs side by side, and what makes the footprint of one larger."""

from __future__ import annotations

import shlex

from forecast.questions.decompose import Decomposition, Factor
from forecast.questions.known_run import SHOWN, Known
from forecast.report.document import Answer, Block, Code, Document, Section, Table, Text
from forecast.units import format_quantity

_TITLES = {
    "parameters": ("parameters", "parameters"), "active_parameters": ("active parameters", "parameters"),
    "tokens": ("training tokens", "tokens"), "compute_flop": ("training compute", "FLOP"),
    "chip_hours": ("chip-hours", "h"), "utilization": ("utilization", "fraction"),
    "energy_it_kwh": ("computing energy", "kWh"), "pue": ("PUE", ""), "energy_kwh": ("energy with PUE", "kWh"),
    "carbon_intensity_g_per_kwh": ("carbon per kWh", "g/kWh"),
    "carbon_operational_kg": ("operational carbon", "kg"), "cost_rental_usd": ("cost by rental", "USD"),
}  # fmt: skip
_SMALL = 0.02


def decomposition_answer(found: Decomposition, command: str = "", *, figures: bool = False) -> Answer:
    """Return the answer; figures where the format shows them."""
    blocks: list[Block] = [Text(answer_sentence(found), strong=True), factor_table(found)]
    if figures:
        from forecast.figures.waterfall import draw

        blocks.append(draw(found, f"waterfall-{found.quantity}"))
    sections = [
        Section("", blocks),
        Section("Side by side", [side_table(found)]),
        Section(
            "How it was computed",
            [
                Text(
                    f"The {found.title} of a run is the product of the factors. The logarithm of the ratio is the sum of the "
                    "logarithms of the factors' ratios, and the difference is split in the same proportions by its logarithmic "
                    "mean (log-mean Divisia index): the parts add up exactly."
                ),
                *([Code(command, "sh")] if command else []),
            ],
        ),
    ]
    return Answer(
        schema="forecast/decompose/1",
        result=found.to_dict(),
        document=Document(f"{found.first.model} and {found.second.model}: what makes the difference", sections),
        notes=found.notes,
        provenance=found.provenance.to_dict() | {"call": command},
        explains=("forecast.questions.decompose", "forecast.costs.model_runs"),
        topics=("decompose", "data:models", "data:footprints"),
        next_command=f"forecast audit --model {shlex.quote(found.second.model)}",
    )


def answer_sentence(found: Decomposition) -> str:
    """Return both footprints, their ratio, and the factors that make it, the strongest first."""
    one, two = found.footprints
    texts = [format_quantity(value, found.unit, digits=3) for value in (one, two)]
    ratio = found.ratio
    if abs(ratio - 1) < 0.005:
        relation = "as much as"
    elif ratio < 1:
        relation = f"{1 / ratio:.3g} times less than"
    else:
        relation = f"{ratio:.3g} times as much as"
    text = f"The {found.title} of {found.first.model} is {texts[0]}, {relation} the {texts[1]} of {found.second.model}."
    with_it = [f for f in found.factors if (f.ratio < 1) == (ratio < 1) and abs(f.ratio - 1) > _SMALL]
    against = [f for f in found.factors if (f.ratio < 1) != (ratio < 1) and abs(f.ratio - 1) > _SMALL]
    parts = [_phrase(f) for f in sorted(with_it, key=lambda f: -abs(f.share))]
    if parts:
        text += f" What makes it so: {', '.join(parts)}."
    if against:
        text += f" Against it: {', '.join(_phrase(f) for f in sorted(against, key=lambda f: -abs(f.share)))}."
    return text


def _phrase(factor: Factor) -> str:
    return (
        f"{factor.title} × {factor.ratio:.3g} ({_value(factor.first, factor)} against {_value(factor.second, factor)})"
    )


def _value(value: float, factor: Factor) -> str:
    return format_quantity(value, factor.unit, digits=3)


def factor_table(found: Decomposition) -> Table:
    """Return the factors with their values, ratios and shares; the last row is the footprint."""
    rows = [_factor_row(factor, found.unit) for factor in found.factors]
    one, two = found.footprints
    whole = [
        found.title,
        *(format_quantity(value, found.unit, digits=4) for value in (one, two)),
        f"× {found.ratio:.4g}",
        "100 %",
    ]
    rows.append([*whole, format_quantity(one - two, found.unit, digits=3), ""])
    columns = [
        "factor",
        found.first.model,
        found.second.model,
        "ratio",
        "share of the ratio",
        "part of the difference",
        "assumed for",
    ]
    return Table(columns, rows, "Ratios multiply to the last row, parts of the difference add up to it.", columns[1:6])


def _factor_row(factor: Factor, unit: str) -> list[str]:
    return [
        factor.title, _value(factor.first, factor), _value(factor.second, factor), f"× {factor.ratio:.4g}",
        f"{100 * factor.share:.1f} %", format_quantity(factor.contribution, unit, digits=3), factor.assumed,
    ]  # fmt: skip


def side_table(found: Decomposition) -> Table:
    """Return what is known of both runs, each with where it comes from."""
    rows = [
        ["published", found.first.published, "", found.second.published, ""],
        ["chip", found.first.chip, "", found.second.chip, ""],
    ]
    for name in SHOWN:
        title, unit = _TITLES[name]
        pair = [run.figures.get(name) for run in (found.first, found.second)]
        if any(pair):
            cells = [cell for each in pair for cell in (_shown(each, unit), _origin(each))]
            rows.append([title, *cells])
    columns = ["", found.first.model, "how known", found.second.model, "how known "]
    return Table(columns, rows, numeric=(columns[1], columns[3]))


def _shown(each: Known | None, unit: str) -> str:
    return "" if each is None else format_quantity(each.value, unit, digits=4)


def _origin(each: Known | None) -> str:
    if each is None:
        return ""
    return f"stated: {each.source}" if each.status == "stated" else each.source
