"""Chips that hold one copy of the model for use: a power of two, with a fifth of the memory kept for activations.

Reference: EcoLogits, https://ecologits.ai, methodology of large language models.
"""

from __future__ import annotations

import numpy as np

from forecast.costs.quantity import Quantity, Rule, Values


def from_memory(
    parameters: Values, inference_bytes_per_parameter: Values, inference_memory_factor: Values, memory_bytes: Values
) -> Values:
    """Return a whole number of chips."""
    needed = np.asarray(inference_memory_factor * parameters * inference_bytes_per_parameter / memory_bytes)
    return np.asarray(np.power(2.0, np.maximum(np.ceil(np.log2(needed)), 0.0)))


ENTRY = Quantity(
    "inference_chips", "", "chips that serve one copy", (Rule(from_memory),), minimum=1, open_minimum=False
)
