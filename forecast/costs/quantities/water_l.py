"""Water consumed: on site for cooling and off site for electricity; never one of them alone."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_parts(water_onsite_l: Values, water_offsite_l: Values) -> Values:
    """Return litres."""
    return water_onsite_l + water_offsite_l


ENTRY = Quantity(
    "water_l", "L", "water", (Rule(from_parts),), open_minimum=False, parts=("water_onsite_l", "water_offsite_l")
)
