"""Generated tokens after which the use phase has drawn as much energy as the training."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(energy_it_kwh: Values, inference_it_kwh_per_token: Values) -> Values:
    """Return tokens."""
    return energy_it_kwh / inference_it_kwh_per_token


ENTRY = Quantity(
    "breakeven_tokens", "tokens", "tokens in use that draw as much energy as the training", (Rule(from_energy),)
)
