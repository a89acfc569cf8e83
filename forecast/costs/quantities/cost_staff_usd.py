"""Cost of the people: contributors, the share of a year that each gave, and total compensation a year.

Reference: Cottier et al. 2024, arXiv:2405.21015, section 2.5.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_people(contributors: Values, staff_time_share: Values, compensation_usd_per_year: Values) -> Values:
    """Return dollars."""
    return contributors * staff_time_share * compensation_usd_per_year


ENTRY = Quantity("cost_staff_usd", "USD", "staff", (Rule(from_people),), open_minimum=False)
