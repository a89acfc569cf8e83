"""Published energy and carbon of several runs: how far they differ, and how much of that is energy, how much the grid.

``carbon = energy × intensity``, so that the ratio of two carbons is the product of two ratios, and the logarithms add up
to shares (the log mean decomposition of one product; Ang 2005, Energy Policy 33, 867).
"""

from __future__ import annotations

import math

from forecast.data.catalog import Row
from forecast.questions.examining.claim import ArticleClaim, model_row
from forecast.questions.examining.examined import Effort, Examined, Number, times
from forecast.units import format_quantity


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """List the runs, and split the ratio of the most to the least carbon."""
    del effort  # published figures: nothing is drawn
    models = [model_row(name) for name in claim.models]
    least, most = (pick(models, key=lambda row: row["carbon_kg"]) for pick in (min, max))
    carbon, energy = (most[name] / least[name] for name in ("carbon_kg", "energy_kwh"))
    grid = carbon / energy
    share = math.log(grid) / math.log(carbon)
    numbers = [number for row in models for number in _of(row)]
    moved = least["energy_kwh"] * _intensity(most) / 1e3
    numbers += [
        Number(f"carbon of {most['name']} over that of {least['name']}", carbon, "×", "ratio of the rows above"),
        Number("of it, energy", energy, "×", "ratio of the rows above"),
        Number("of it, carbon per kWh", grid, "×", "ratio of the rows above"),
        Number(f"{least['name']} with the carbon per kWh of {most['name']}", moved, "kg", "product of the rows above"),
    ]
    sentence = (
        f"{most['name']} emitted {times(carbon)} as much as {least['name']} ({format_quantity(most['carbon_kg'], 'kg', digits=3)} against "
        f"{format_quantity(least['carbon_kg'], 'kg', digits=3)}), though both have about as many parameters. It used "
        f"{times(energy)} the energy, and each kWh emitted {times(grid)} as much: the grid is {format_quantity(share, 'fraction')} of the difference on a logarithmic scale. "
        f"With the carbon per kWh of {most['name']}, {least['name']} would have emitted {format_quantity(moved, 'kg')}."
    )
    boundaries = {row["energy_boundary"] for row in models}
    return Examined(
        claim,
        "holds with a qualification" if len(boundaries) > 1 else "holds",
        sentence,
        tuple(numbers),
        ("Figures as their developers or later authors published them; carbon per kWh is the one divided by the other.",),
        (
            "They are counted in different ways: some energies hold the data centre's overhead (facility) and some only "
            "the computing (IT), as each row's basis says; forecast audit says what each convention explains.",
            "None of them holds the making of the chips, idle machines, or earlier runs.",
        ),
    )  # fmt: skip


def _of(row: Row) -> list[Number]:
    source = row["footprint_source"]
    return [
        Number(f"{row['name']}: energy", row["energy_kwh"], "kWh", f"{row['energy_boundary']}, {row['energy_kwh_status']}; {source}"),
        Number(f"{row['name']}: carbon", row["carbon_kg"], "kg", f"{row['carbon_basis']}; {source}"),
        Number(f"{row['name']}: carbon per kWh", _intensity(row), "g/kWh", "ratio of the rows above"),
    ]  # fmt: skip


def _intensity(row: Row) -> float:
    return float(1e3 * row["carbon_kg"] / row["energy_kwh"])


ENTRY = examine
