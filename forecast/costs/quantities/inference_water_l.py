"""Water of the use phase, on site per computing kilowatt-hour and off site per metered one."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(
    inference_energy_kwh: Values, pue: Values, wue_onsite_l_per_kwh: Values, ewif_l_per_kwh: Values
) -> Values:
    """Return litres."""
    return inference_energy_kwh / pue * wue_onsite_l_per_kwh + inference_energy_kwh * ewif_l_per_kwh


ENTRY = Quantity("inference_water_l", "L", "water of use", (Rule(from_energy),), open_minimum=False)
