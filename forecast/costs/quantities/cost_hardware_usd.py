"""Hardware used up by the run: the loss of the cluster's value while it is in use.

Reference: Cottier et al. 2024, arXiv:2405.21015, appendix A.3.
"""

from __future__ import annotations

import numpy as np

from forecast.costs.quantity import Quantity, Rule, Values


def from_time(
    chips: Values,
    wall_hours: Values,
    acquisition_usd_per_chip: Values,
    value_share: Values,
    depreciation_oom_per_year: Values,
    development_factor: Values = 1.0,
) -> Values:
    """Return dollars by the exponential loss of value over the time of use."""
    years = np.asarray(wall_hours) * development_factor / 8760
    lost = -np.expm1(-years * depreciation_oom_per_year * np.log(10))
    return np.asarray(chips * acquisition_usd_per_chip * value_share * lost)


def from_chip_hours(
    chip_hours: Values, acquisition_usd_per_chip: Values, value_share: Values, depreciation_oom_per_year: Values
) -> Values:
    """Return dollars for a run that is short against the years in which the price falls."""
    rate = depreciation_oom_per_year * np.log(10) / 8760
    return np.asarray(chip_hours * acquisition_usd_per_chip * value_share * rate)


ENTRY = Quantity(
    "cost_hardware_usd",
    "USD",
    "hardware used up (ownership)",
    (Rule(from_time), Rule(from_chip_hours)),
    open_minimum=False,
)
