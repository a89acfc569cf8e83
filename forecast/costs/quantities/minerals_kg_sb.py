"""Depletion of minerals and metals in antimony equivalents (ADPe): hardware and electricity."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_parts(minerals_embodied_kg_sb: Values, energy_kwh: Values, grid_minerals_kg_sb_per_kwh: Values) -> Values:
    """Return kilograms of antimony equivalent."""
    return minerals_embodied_kg_sb + energy_kwh * grid_minerals_kg_sb_per_kwh


ENTRY = Quantity("minerals_kg_sb", "kg", "minerals (Sb eq)", (Rule(from_parts),), open_minimum=False)
