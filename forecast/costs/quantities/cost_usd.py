"""Cost of the run by rental or by ownership, as the plan says; with staff where they are counted."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def by_rental(cost_rental_usd: Values, cost_staff_usd: Values = 0.0) -> Values:
    """Return dollars paid to a provider."""
    return cost_rental_usd + cost_staff_usd


def by_ownership(cost_ownership_usd: Values, cost_staff_usd: Values = 0.0) -> Values:
    """Return dollars spent by an owner of the cluster."""
    return cost_ownership_usd + cost_staff_usd


ENTRY = Quantity(
    "cost_usd",
    "USD",
    "cost",
    (Rule(by_rental), Rule(by_ownership)),
    open_minimum=False,
    parts=("cost_rental_usd", "cost_hardware_usd", "cost_energy_usd", "cost_staff_usd"),
)
