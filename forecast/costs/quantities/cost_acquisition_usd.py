"""Cost of buying the whole cluster: 10 to 100 times the part that one run uses up."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_chips(chips: Values, acquisition_usd_per_chip: Values) -> Values:
    """Return dollars."""
    return chips * acquisition_usd_per_chip


ENTRY = Quantity("cost_acquisition_usd", "USD", "cost of buying the cluster", (Rule(from_chips),), open_minimum=False)
