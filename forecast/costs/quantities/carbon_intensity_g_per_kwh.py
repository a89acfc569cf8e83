"""Emissions of the grid's average kilowatt-hour (location based), CO2-equivalent."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_carbon(carbon_operational_kg: Values, energy_kwh: Values) -> Values:
    """Return the intensity that given emissions and energy imply."""
    return carbon_operational_kg * 1000 / energy_kwh


ENTRY = Quantity(
    "carbon_intensity_g_per_kwh",
    "g/kWh",
    "carbon intensity of the grid",
    (Rule(from_carbon, backward_from=("carbon_operational_kg", "energy_kwh")),),
    maximum=5000.0,
    open_minimum=False,
)
