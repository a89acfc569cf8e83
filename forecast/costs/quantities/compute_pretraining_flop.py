"""Compute of training from scratch: 6·N·D, two FLOP per parameter and token forward, four backward.

N counts active parameters: the total of a mixture of experts would be wrong by 6 to 24 times.
Reference: Kaplan et al. 2020, arXiv:2001.08361, section 2.1.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_size(active_parameters: Values, tokens: Values, flop_per_parameter_token: Values = 6.0) -> Values:
    """Return FLOP; recomputing activations does more work but is not counted, as in the model FLOP utilization."""
    return flop_per_parameter_token * active_parameters * tokens


ENTRY = Quantity(
    "compute_pretraining_flop", "FLOP", "compute of pretraining", (Rule(from_size, tolerance=1.0),), open_minimum=False
)
