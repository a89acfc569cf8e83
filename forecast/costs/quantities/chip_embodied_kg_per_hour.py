"""Manufacturing emissions of a chip per hour of use: its footprint over the hours it works in its life.

Reference: Luccioni et al. 2022, arXiv:2211.02001, section 4.1.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_lifetime(chip_embodied_kg: Values, lifetime_years: Values, fleet_utilization: Values) -> Values:
    """Return kilograms of CO2-equivalent; hours in which the chip stands idle burden those in which it works."""
    return chip_embodied_kg / (lifetime_years * 8760 * fleet_utilization)


ENTRY = Quantity(
    "chip_embodied_kg_per_hour", "kg/h", "embodied carbon of a chip-hour", (Rule(from_lifetime),), open_minimum=False
)
