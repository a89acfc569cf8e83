"""Average computing power per chip: rated power × server factor × average load, or a measured average.

Three conventions are in use and differ by half for the same run: the chip's rating (server factor and load 1), the same
times PUE, and the server's power at its average load times PUE. Reference: Cottier et al. 2024, appendix A.4.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_energy(energy_it_kwh: Values, chip_hours: Values) -> Values:
    """Return the power that energy and chip-hours imply."""
    return energy_it_kwh * 1000 / chip_hours


def from_parts(chip_power_w: Values, cpu_power_w: Values, dram_power_w: Values, chips: Values) -> Values:
    """Return the power of chips, processors and memory that were measured each; Strubell et al. 2019, section 2."""
    return chip_power_w + (cpu_power_w + dram_power_w) / chips


def from_rating(chip_power_w: Values, server_factor: Values, load_factor: Values) -> Values:
    """Return the power of a share of a server at its average load."""
    return chip_power_w * server_factor * load_factor


def from_total(power_it_w: Values, chips: Values) -> Values:
    """Return the share of one chip in a given total."""
    return power_it_w / chips


ENTRY = Quantity(
    "it_power_per_chip_w",
    "W",
    "computing power per chip",
    (
        Rule(from_total, backward_from=("power_it_w",)),
        Rule(from_energy, backward_from=("energy_it_kwh", "chip_hours")),
        Rule(from_parts),
        Rule(from_rating),
    ),
)
