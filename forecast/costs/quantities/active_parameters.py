"""Parameters that work on each token: all of a dense model's, the chosen experts' of a mixture."""

from __future__ import annotations

import math

from forecast.costs.quantity import Quantity, Rule, Values


def dense(parameters: Values) -> Values:
    """Return all parameters: without a figure for the active ones the model counts as dense."""
    return parameters


ENTRY = Quantity("active_parameters", "parameters", "active parameters", (Rule(dense, tolerance=math.inf),))
