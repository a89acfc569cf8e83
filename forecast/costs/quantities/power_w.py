"""Power of the run at the facility's meter while it lasts: what the grid has to deliver."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_it(power_it_w: Values, pue: Values) -> Values:
    """Return computing power with the building's overhead."""
    return power_it_w * pue


ENTRY = Quantity("power_w", "W", "facility power", (Rule(from_it),))
