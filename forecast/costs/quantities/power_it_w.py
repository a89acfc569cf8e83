"""Computing power of the run while it lasts, without the building's overhead."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_chips(chips: Values, it_power_per_chip_w: Values) -> Values:
    """Return the power of all chips with their share of the servers."""
    return chips * it_power_per_chip_w


def from_energy(energy_it_kwh: Values, wall_hours: Values, development_factor: Values = 1.0) -> Values:
    """Return the average power over the given time."""
    return energy_it_kwh * 1000 / (wall_hours * development_factor)


ENTRY = Quantity(
    "power_it_w", "W", "computing power", (Rule(from_chips), Rule(from_energy, backward_from=("energy_it_kwh",)))
)
