"""Emissions of the electricity used, by the grid's average at the place (location based)."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(energy_kwh: Values, carbon_intensity_g_per_kwh: Values) -> Values:
    """Return kilograms of CO2-equivalent."""
    return energy_kwh * carbon_intensity_g_per_kwh / 1000


ENTRY = Quantity(
    "carbon_operational_kg", "kg", "operational carbon (location based)", (Rule(from_energy),), open_minimum=False
)
