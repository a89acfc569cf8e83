"""Chip-hours against accelerators × hours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.data.checks._check import Check, Subject, Suspicion

#: Runs pause, grow and shrink; more than this is a slip.
TOLERANCE = 3.0


def _find(subject: Subject) -> Iterator[Suspicion]:
    product = subject.numbers("hardware_quantity") * subject.numbers("training_time_hours")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = subject.numbers("chip_hours") / product
    off = (ratio > TOLERANCE) | (ratio < 1 / TOLERANCE)
    rules = [f"is {value:.2g} times accelerators × hours" for value in ratio[off]]
    yield Suspicion("chip_hours", off, rules, "check quantity (chips or servers?), hours and chip-hours")


ENTRY = Check(
    "chip-hours that accelerators × hours do not give",
    ("chip_hours", "hardware_quantity", "training_time_hours"),
    _find,
)
