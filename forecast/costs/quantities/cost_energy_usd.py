"""Cost of the metered electricity."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(energy_kwh: Values, electricity_usd_per_kwh: Values) -> Values:
    """Return dollars."""
    return energy_kwh * electricity_usd_per_kwh


ENTRY = Quantity("cost_energy_usd", "USD", "electricity", (Rule(from_energy),), open_minimum=False)
