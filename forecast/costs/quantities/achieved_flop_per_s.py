"""Sustained speed of one chip: its dense peak in the precision used times the utilization."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_run(compute_flop: Values, chip_hours: Values, development_factor: Values = 1.0) -> Values:
    """Return FLOP/s that compute and chip-hours imply."""
    return compute_flop * development_factor / (chip_hours * 3600)


def from_peak(peak_flop_per_s: Values, utilization: Values) -> Values:
    """Return FLOP/s."""
    return peak_flop_per_s * utilization


ENTRY = Quantity(
    "achieved_flop_per_s",
    "FLOP/s",
    "sustained speed per chip",
    (Rule(from_run, backward_from=("chip_hours",)), Rule(from_peak)),
)
