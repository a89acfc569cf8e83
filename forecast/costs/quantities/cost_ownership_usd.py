"""Cost to an owner of the cluster: hardware used up and electricity."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_parts(cost_hardware_usd: Values, cost_energy_usd: Values) -> Values:
    """Return dollars."""
    return cost_hardware_usd + cost_energy_usd


ENTRY = Quantity(
    "cost_ownership_usd",
    "USD",
    "cost by ownership",
    (Rule(from_parts),),
    open_minimum=False,
    parts=("cost_hardware_usd", "cost_energy_usd"),
)
