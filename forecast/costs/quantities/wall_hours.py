"""Duration of the final run on so many chips at once."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_chips(chip_hours: Values, chips: Values, development_factor: Values = 1.0) -> Values:
    """Return hours."""
    return chip_hours / chips / development_factor


ENTRY = Quantity("wall_hours", "h", "time", (Rule(from_chips),))
