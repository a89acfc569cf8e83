"""Price of a chip with its share of server and network."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_price(chip_price_usd: Values, server_price_factor: Values, cluster_factor: Values) -> Values:
    """Return dollars per chip."""
    return chip_price_usd * server_price_factor * cluster_factor


ENTRY = Quantity("acquisition_usd_per_chip", "USD", "acquisition per chip", (Rule(from_price),), open_minimum=False)
