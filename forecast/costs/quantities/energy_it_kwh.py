"""Energy of the computing equipment, without the building's overhead (PUE)."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_facility(energy_kwh: Values, pue: Values) -> Values:
    """Return what the metered energy leaves after overhead."""
    return energy_kwh / pue


def from_chip_hours(chip_hours: Values, it_power_per_chip_w: Values) -> Values:
    """Return chip-hours times the average power."""
    return chip_hours * it_power_per_chip_w / 1000


def from_power(power_it_w: Values, wall_hours: Values, development_factor: Values = 1.0) -> Values:
    """Return a given power over a given time."""
    return power_it_w * wall_hours * development_factor / 1000


ENTRY = Quantity(
    "energy_it_kwh",
    "kWh",
    "computing energy",
    (Rule(from_facility, backward_from=("energy_kwh",)), Rule(from_chip_hours), Rule(from_power)),
    open_minimum=False,
)
