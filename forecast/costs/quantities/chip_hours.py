"""Accelerator-hours of the run; with a development factor, of the whole development."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_time(chips: Values, wall_hours: Values, development_factor: Values = 1.0) -> Values:
    """Return hours of so many chips over the given time."""
    return chips * wall_hours * development_factor


def from_energy(energy_it_kwh: Values, it_power_per_chip_w: Values) -> Values:
    """Return hours in which chips at that power draw the given energy."""
    return energy_it_kwh * 1000 / it_power_per_chip_w


def from_compute(compute_flop: Values, achieved_flop_per_s: Values, development_factor: Values = 1.0) -> Values:
    """Return hours at the sustained speed."""
    return compute_flop * development_factor / achieved_flop_per_s / 3600


ENTRY = Quantity(
    "chip_hours",
    "h",
    "chip-hours",
    (
        Rule(from_time, backward_from=("wall_hours",)),
        Rule(from_energy, backward_from=("energy_it_kwh",)),
        Rule(from_compute),
    ),
)
