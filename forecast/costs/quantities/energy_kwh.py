"""Energy at the facility's meter: computing energy times PUE."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_it(energy_it_kwh: Values, pue: Values) -> Values:
    """Return computing energy with the building's overhead."""
    return energy_it_kwh * pue


def from_power(power_w: Values, wall_hours: Values, development_factor: Values = 1.0) -> Values:
    """Return a given facility power over a given time."""
    return power_w * wall_hours * development_factor / 1000


def from_carbon(carbon_operational_kg: Values, carbon_intensity_g_per_kwh: Values) -> Values:
    """Return the energy that emissions on a known grid imply."""
    return carbon_operational_kg * 1000 / carbon_intensity_g_per_kwh


ENTRY = Quantity(
    "energy_kwh",
    "kWh",
    "energy with PUE",
    (
        Rule(from_carbon, backward_from=("carbon_operational_kg",)),
        Rule(from_power, backward_from=("power_w",)),
        Rule(from_it),
    ),
    open_minimum=False,
)
