"""Share of the manufacturing emissions that the run's chip-hours carry: chips, and servers where known."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_chip_hours(
    chip_hours: Values, chip_embodied_kg_per_hour: Values, server_embodied_kg_per_hour: Values = 0.0
) -> Values:
    """Return kilograms of CO2-equivalent."""
    return chip_hours * (chip_embodied_kg_per_hour + server_embodied_kg_per_hour)


ENTRY = Quantity("carbon_embodied_kg", "kg", "embodied carbon", (Rule(from_chip_hours),), open_minimum=False)
