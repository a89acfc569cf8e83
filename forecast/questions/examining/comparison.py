"""Published energy and carbon of several runs: how far the most and the least differ, and what makes the difference.

The figures are listed as they were published; the ratio of the two ends is split into size, data, hardware, overhead
and grid by :mod:`forecast.questions.decompose`, which first brings both to the same convention.
"""

from __future__ import annotations

import math

from forecast.data.catalog import Row
from forecast.questions.decompose import decompose_models
from forecast.questions.examining.claim import ArticleClaim, model_row
from forecast.questions.examining.examined import Effort, Examined, Number, shown, times
from forecast.units import format_quantity


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """List the runs, and split the ratio of the most to the least carbon."""
    del effort  # published figures: nothing is drawn
    models = [model_row(name) for name in claim.models]
    least, most = (pick(models, key=lambda row: row["carbon_kg"]) for pick in (min, max))
    found = decompose_models(most["name"], least["name"])
    low = found.footprints[1]
    factors = {factor.name: factor for factor in found.factors}
    grid, machine = factors["grid"], factors["hardware"]
    rest = found.ratio / grid.ratio / machine.ratio
    basis = "forecast decompose"
    moved = low * grid.ratio
    numbers = [number for row in models for number in _of(row)]
    numbers += [
        Number(f"{least['name']}, counted as {most['name']} is", low, "kg", f"{basis}: PUE included"),
        Number(f"{most['name']} over {least['name']}", found.ratio, "×", basis),
        *(Number(f"of it, {factor.title}", factor.ratio, "×", _ends(factor.first, factor.second, factor.unit)) for factor in found.factors),
        Number(f"{least['name']} with the grid of {most['name']}", moved, "kg", "product of the rows above"),
    ]  # fmt: skip
    sentence = (
        f"As published, {most['name']} emitted {times(most['carbon_kg'] / least['carbon_kg'])} as much as {least['name']} "
        f"({format_quantity(most['carbon_kg'], 'kg', digits=3)} against {format_quantity(least['carbon_kg'], 'kg', digits=3)}), "
        f"and counted alike {times(found.ratio)}, though both have about as many parameters. The grid makes "
        f"{shown(grid.ratio, '×')} of that and the hardware {shown(machine.ratio, '×')}; everything else, size and data "
        f"included, {shown(rest, '×')}. On the grid of {most['name']}, {least['name']} would have emitted {format_quantity(moved, 'kg')}."
    )
    alike = math.isclose(most["carbon_kg"] / least["carbon_kg"], found.ratio, rel_tol=0.01)
    return Examined(
        claim,
        "holds" if alike else "holds with a qualification",
        sentence,
        tuple(numbers),
        (
            "Figures as their developers or later authors published them, and the decomposition of the two ends.",
            *(note.text for note in found.notes),
        ),
        (
            "They are counted in different ways: some energies hold the data centre's overhead (facility) and some only "
            "the computing (IT), as each row's basis says; forecast audit says what each convention explains.",
            "None of them holds the making of the chips, idle machines, or earlier runs.",
        ),
    )  # fmt: skip


def _of(row: Row) -> list[Number]:
    source = row["footprint_source"]
    energy = f"{row['energy_boundary']}, {row['energy_kwh_status']}; {source}"
    return [
        Number(f"{row['name']}: energy", row["energy_kwh"], "kWh", energy),
        Number(f"{row['name']}: carbon", row["carbon_kg"], "kg", f"{row['carbon_basis']}; {source}"),
    ]


def _ends(first: float, second: float, unit: str) -> str:
    return f"{format_quantity(first, unit, digits=3)} against {format_quantity(second, unit, digits=3)}"


ENTRY = examine
