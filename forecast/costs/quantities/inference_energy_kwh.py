"""Metered energy of the use phase: tokens generated times energy per token and PUE."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_tokens(inference_tokens: Values, inference_it_kwh_per_token: Values, pue: Values) -> Values:
    """Return kilowatt-hours."""
    return inference_tokens * inference_it_kwh_per_token * pue


ENTRY = Quantity("inference_energy_kwh", "kWh", "energy of use", (Rule(from_tokens),), open_minimum=False)
