"""Compute of the run: pretraining and fine-tuning, or what chip-hours at the sustained speed amount to."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_stages(compute_pretraining_flop: Values, compute_finetuning_flop: Values = 0.0) -> Values:
    """Return FLOP of pretraining with its fine-tuning."""
    return compute_pretraining_flop + compute_finetuning_flop


def finetuning_alone(compute_finetuning_flop: Values) -> Values:
    """Return FLOP of a fine-tune of a model that exists."""
    return compute_finetuning_flop


def from_chip_hours(chip_hours: Values, achieved_flop_per_s: Values, development_factor: Values = 1.0) -> Values:
    """Return FLOP of the final run within the chip-hours."""
    return chip_hours * 3600 * achieved_flop_per_s / development_factor


ENTRY = Quantity(
    "compute_flop",
    "FLOP",
    "training compute",
    (
        Rule(from_stages, tolerance=1.0),
        Rule(finetuning_alone, tolerance=1.0),
        Rule(from_chip_hours, backward_from=("chip_hours",)),
    ),
)
