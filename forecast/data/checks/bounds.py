"""Bounds that do not lie around their value, or lie absurdly far from it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.data.checks._check import Check, Subject, Suspicion

_PAIRS = (("training_compute_flop", "compute_lower_flop", "compute_upper_flop"), ("value", "low", "high"))
#: A bound further from its value than this has lost its exponent.
FARTHEST = 1e4


def _find(subject: Subject) -> Iterator[Suspicion]:
    for value_column, low_column, high_column in _PAIRS:
        if not (subject.has(low_column) or subject.has(high_column)):
            continue
        value, low, high = map(subject.numbers, (value_column, low_column, high_column))
        around = f"the bounds must lie around {value_column}"
        yield Suspicion(low_column, low > value, f"lies above {value_column}", around, "error")
        yield Suspicion(high_column, high < value, f"lies below {value_column}", around, "error")
        yield Suspicion(
            low_column, low > high, f"lies above {high_column}", "exchange the two, or correct one", "error"
        )
        if value_column == "value":
            continue  # any quantity, zero included
        far = "is more than 10,000 times off its value"
        with np.errstate(divide="ignore", invalid="ignore"):
            yield Suspicion(low_column, value / low > FARTHEST, far, "did the exponent get lost?", "error")
            yield Suspicion(high_column, high / value > FARTHEST, far, "did the exponent get lost?", "error")


ENTRY = Check("lower and upper bounds that do not lie around their value", (), _find)
