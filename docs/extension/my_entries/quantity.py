"""A quantity of the cost graph: parameter names of a rule are names of quantities, and units are in the names."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def share_of_staff(cost_staff_usd: Values) -> Values:
    """Return dollars: a tenth of what the staff costs."""
    return 0.1 * cost_staff_usd


ENTRY = Quantity("bonus_usd", "USD", "bonus of the staff", (Rule(share_of_staff),), open_minimum=False)
