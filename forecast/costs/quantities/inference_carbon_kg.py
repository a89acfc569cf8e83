"""Operational emissions of the use phase on the same grid; never part of the training's carbon."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(inference_energy_kwh: Values, carbon_intensity_g_per_kwh: Values) -> Values:
    """Return kilograms of CO2-equivalent."""
    return inference_energy_kwh * carbon_intensity_g_per_kwh / 1000


ENTRY = Quantity("inference_carbon_kg", "kg", "carbon of use", (Rule(from_energy),), open_minimum=False)
