"""Cost of renting the chip-hours, energy and building included in the price."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_hours(chip_hours: Values, price_per_chip_hour_usd: Values) -> Values:
    """Return dollars of the price's year."""
    return chip_hours * price_per_chip_hour_usd


ENTRY = Quantity("cost_rental_usd", "USD", "cost by rental", (Rule(from_hours),), open_minimum=False)
