"""Emissions of nodes that were reserved but idle, where their energy is known.

BLOOM counts it beside its dynamic energy; a PUE on top of it would count the same energy twice.
Reference: Luccioni et al. 2022, arXiv:2211.02001, section 4.3.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(idle_energy_kwh: Values, carbon_intensity_g_per_kwh: Values) -> Values:
    """Return kilograms of CO2-equivalent."""
    return idle_energy_kwh * carbon_intensity_g_per_kwh / 1000


ENTRY = Quantity("carbon_idle_kg", "kg", "idle carbon", (Rule(from_energy),), open_minimum=False)
