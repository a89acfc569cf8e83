"""Water and power of a run: on site and in power plants, and the power drawn day and night, by the cost graph.

``litres = IT energy × (on-site litres per kWh + PUE × litres per kWh generated)`` (Li et al. 2023, arXiv:2304.03271),
beside the published estimate of the same run where there is one.
"""

from __future__ import annotations

from forecast.costs.estimation import estimate
from forecast.questions.auditing.claims import bundled_claims
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined, Number, agrees, of_estimate, times
from forecast.units import format_quantity


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Estimate water and power of the run, and say which part of the water is the data centre's own."""
    model = claim.model()
    run = {
        **claim.settings, "compute_flop": model["training_compute_flop"], "utilization": model["utilization"],
        "chips": model["hardware_quantity"],
    }  # fmt: skip
    found = estimate(run, levels=(effort.level,), draws=effort.draws, rng=effort.rng())
    repeated = next(
        each
        for each in bundled_claims().rows
        if each.model == model["name"] and each.fact("told_as") and "water_l" in each.stated
    )
    graph = "cost graph"
    water, energy = (
        of_estimate(found, "water_l", "water, on site and in power plants", graph),
        of_estimate(found, "energy_kwh", "electricity, PUE included", graph),
    )
    elsewhere = found["water_offsite_l"].median / water.value
    numbers = (
        water,
        of_estimate(found, "water_onsite_l", "of it, on site", graph),
        Number("of it, in power plants", elsewhere, "fraction", "ratio of medians"),
        Number("water, by others", model["water_l"], "L", model["footprint_source"]),
        energy,
        Number("electricity, by its developer", model["energy_kwh"], "kWh", model["footprint_source"]),
        of_estimate(found, "wall_hours", f"time on {model['hardware_quantity']:,.0f} chips", graph),
        of_estimate(found, "power_w", "power drawn throughout", graph),
    )
    homes = next(each for each in found.equivalences if each.quantity == "energy_kwh")
    sentence = (
        f"Training {model['name']} took about {format_quantity(energy.value, 'kWh')} of electricity, as much as "
        f"{times(homes.count)} {homes.item} ({homes.per}), drawn without a pause at "
        f"{format_quantity(found['power_w'].median, 'W')}; and {format_quantity(water.value, 'L')} of water, "
        f"{format_quantity(elsewhere, 'fraction')} of it in power plants and not at the data centre."
    )
    close = agrees(water.value, model["water_l"]) and agrees(energy.value, model["energy_kwh"])
    return Examined(
        claim,
        "holds" if close else "does not hold",
        sentence,
        numbers,
        (f"The run on its {model['hardware_quantity']:,.0f} chips, on the grid of {claim.settings['region']}; where it took place is not published.",),
        (
            f"The {repeated.stated['water_l'].value:,.0f} litres that are often told are the on-site part of the published "
            f"estimate ({repeated.fact('source')}), without the power plants.",
            "Water in power plants differs several-fold between grids, and hydropower counts what evaporates from its lakes.",
            "Training is not all: the model is used, around the clock too, and that is not counted here.",
        ),
    )  # fmt: skip


ENTRY = examine
