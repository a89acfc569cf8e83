"""Water that the power stations consumed for the metered energy, PUE included.

Reference: Li et al. 2023, arXiv:2304.03271, section 3; hydropower has the largest factor of all.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(energy_kwh: Values, ewif_l_per_kwh: Values) -> Values:
    """Return litres."""
    return energy_kwh * ewif_l_per_kwh


ENTRY = Quantity("water_offsite_l", "L", "water off site", (Rule(from_energy),), open_minimum=False)
