"""What the same place in the field costs some years later, if frontier cost keeps its growth.

Reference: Cottier et al. 2024, arXiv:2405.21015, section 3.2; nothing is assumed for the growth.
"""

from __future__ import annotations

import numpy as np

from forecast.costs.quantity import Quantity, Rule, Values


def from_growth(cost_usd: Values, cost_growth_per_year: Values, years_ahead: Values) -> Values:
    """Return dollars."""
    return np.asarray(cost_usd * np.power(cost_growth_per_year, years_ahead))


ENTRY = Quantity("cost_future_usd", "USD", "cost of the frontier later", (Rule(from_growth),), open_minimum=False)
