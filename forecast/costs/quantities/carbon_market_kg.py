"""Emissions of the electricity used, by what the operator contracted (market based); kept apart.

It is 0 where certificates cover the use, whatever the grid burns; nothing is assumed for it, and no total contains it.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(energy_kwh: Values, carbon_intensity_market_g_per_kwh: Values) -> Values:
    """Return kilograms of CO2-equivalent."""
    return energy_kwh * carbon_intensity_market_g_per_kwh / 1000


ENTRY = Quantity(
    "carbon_market_kg", "kg", "operational carbon (market based)", (Rule(from_energy),), open_minimum=False
)
