"""How much of a run's footprint comes from making its chips and servers: minerals (ADPe) and carbon, by the cost graph.

Minerals are abiotic depletion in kg of antimony equivalent: how scarce what is taken from the ground is, weighed by
element, not the mass of any metal. The share of making is that of the draws' medians.
"""

from __future__ import annotations

from forecast.costs.estimation import estimate
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined, Number, of_estimate
from forecast.units import format_quantity

#: Making dominates from this share on.
_MOST = 0.5


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Set the share of making in minerals beside its share in carbon."""
    model = claim.model()
    run = {**claim.settings, "compute_flop": model["training_compute_flop"], "utilization": model["utilization"]}
    found = estimate(run, levels=(effort.level,), draws=effort.draws, rng=effort.rng())
    minerals = found["minerals_embodied_kg_sb"].median / found["minerals_kg_sb"].median
    carbon = found["carbon_embodied_kg"].median / found["carbon_kg"].median
    graph, assumed = "cost graph", {each.name: each for each in found.assumptions}
    numbers = (
        of_estimate(found, "minerals_kg_sb", "minerals of the run (antimony equivalent)", graph),
        Number("of it, making chips and servers", minerals, "fraction", "ratio of medians"),
        of_estimate(found, "carbon_kg", "carbon of the run", graph),
        Number("of it, making chips and servers", carbon, "fraction", "ratio of medians"),
        Number("minerals in one chip (antimony equivalent)", assumed["chip_minerals_kg_sb"].value, "kg", assumed["chip_minerals_kg_sb"].source),
    )  # fmt: skip
    sentence = (
        f"For a run like {model['name']}'s, making the chips and servers is {format_quantity(minerals, 'fraction')} of the "
        f"minerals used up but {format_quantity(carbon, 'fraction')} of the carbon: whoever counts carbon alone does not "
        f"see the mines."
    )
    return Examined(
        claim,
        "holds" if minerals > _MOST else "does not hold",
        sentence,
        numbers,
        (
            f"Each chip is charged for its share of a service life of {format_quantity(assumed['lifetime_years'].value, 'years')}, "
            f"in which it works {format_quantity(assumed['fleet_utilization'].value, 'fraction')} of the time; electricity brings the "
            f"minerals of the grid ({claim.settings['region']}).",
        ),
        (
            "Antimony equivalents weigh scarcity. They say nothing about which metal, which mine, or who works there.",
            f"Few chips have a published figure; the one used here is from {assumed['chip_minerals_kg_sb'].source}.",
        ),
    )  # fmt: skip


ENTRY = examine
