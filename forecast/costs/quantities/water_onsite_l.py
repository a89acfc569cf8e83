"""Water that the data centre evaporates for cooling; its rate is per kilowatt-hour of computing, so no PUE.

Headlines that give this part alone ("700,000 litres for GPT-3") leave out most of the water.
Reference: Li et al. 2023, arXiv:2304.03271, section 3.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def dry(wue_onsite_l_per_kwh: Values) -> Values:
    """Return 0 for cooling without water."""
    return wue_onsite_l_per_kwh


def from_energy(energy_it_kwh: Values, wue_onsite_l_per_kwh: Values) -> Values:
    """Return litres."""
    return energy_it_kwh * wue_onsite_l_per_kwh


ENTRY = Quantity(
    "water_onsite_l",
    "L",
    "water on site",
    (Rule(dry, when_zero="wue_onsite_l_per_kwh"), Rule(from_energy)),
    open_minimum=False,
)
