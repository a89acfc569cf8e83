"""Power usage effectiveness: energy of the facility over energy of its computing equipment, never below 1."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energies(energy_kwh: Values, energy_it_kwh: Values) -> Values:
    """Return the ratio of two given energies."""
    return energy_kwh / energy_it_kwh


ENTRY = Quantity(
    "pue",
    "",
    "PUE",
    (Rule(from_energies, backward_from=("energy_kwh", "energy_it_kwh")),),
    minimum=1.0,
    maximum=5.0,
    open_minimum=False,
    offset=1.0,
)
