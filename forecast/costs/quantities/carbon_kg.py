"""Emissions of the run: operational (location based), embodied, and idle where known."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_parts(carbon_operational_kg: Values, carbon_embodied_kg: Values, carbon_idle_kg: Values = 0.0) -> Values:
    """Return kilograms of CO2-equivalent."""
    return carbon_operational_kg + carbon_embodied_kg + carbon_idle_kg


ENTRY = Quantity(
    "carbon_kg",
    "kg",
    "carbon",
    (Rule(from_parts),),
    open_minimum=False,
    parts=("carbon_operational_kg", "carbon_embodied_kg", "carbon_idle_kg"),
)
