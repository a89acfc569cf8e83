"""Rental price of a chip-hour: of the provider, date and commitment, or what a given cost implies."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_cost(cost_rental_usd: Values, chip_hours: Values) -> Values:
    """Return the price that a given rental cost and given hours imply."""
    return cost_rental_usd / chip_hours


ENTRY = Quantity(
    "price_per_chip_hour_usd",
    "USD/h",
    "rental price of a chip-hour",
    (Rule(from_cost, backward_from=("cost_rental_usd", "chip_hours")),),
    open_minimum=False,
)
