"""Depletion of minerals and metals by making the chips, in antimony equivalents (ADPe): the share of the run.

Carbon hides it: making the hardware is 4 % of BLOOM's carbon but most of its minerals (Falk et al. 2025, arXiv:2509.00093).
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_chip_hours(
    chip_hours: Values,
    chip_minerals_kg_sb: Values,
    lifetime_years: Values,
    fleet_utilization: Values,
    server_minerals_kg_sb: Values = 0.0,
    chips_per_server: Values = 1.0,
) -> Values:
    """Return kilograms of antimony equivalent, chips and servers where known."""
    per_chip = chip_minerals_kg_sb + server_minerals_kg_sb / chips_per_server
    return chip_hours * per_chip / (lifetime_years * 8760 * fleet_utilization)


ENTRY = Quantity(
    "minerals_embodied_kg_sb", "kg", "minerals of the hardware (Sb eq)", (Rule(from_chip_hours),), open_minimum=False
)
