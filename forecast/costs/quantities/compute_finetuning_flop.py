"""Compute of fine-tuning on further tokens: 6·N·D when all weights learn.

With frozen weights (adapters, LoRA) the gradients of the weights fall away: give 4 FLOP per parameter and token.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_size(
    active_parameters: Values, finetuning_tokens: Values, finetuning_flop_per_parameter_token: Values = 6.0
) -> Values:
    """Return FLOP."""
    return finetuning_flop_per_parameter_token * active_parameters * finetuning_tokens


ENTRY = Quantity(
    "compute_finetuning_flop", "FLOP", "compute of fine-tuning", (Rule(from_size, tolerance=1.0),), open_minimum=False
)
