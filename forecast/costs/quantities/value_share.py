"""Share of a chip's price that is left after some years: 10^(-rate × age), 72 % after one year.

Reference: Cottier et al. 2024, arXiv:2405.21015, section 2.2.
"""

from __future__ import annotations

import numpy as np

from forecast.costs.quantity import Quantity, Rule, Values


def from_age(depreciation_oom_per_year: Values, chip_age_years: Values) -> Values:
    """Return the share."""
    return np.power(10.0, -np.asarray(depreciation_oom_per_year) * chip_age_years)


ENTRY = Quantity("value_share", "fraction", "value left of the chip's price", (Rule(from_age),), maximum=1.0)
