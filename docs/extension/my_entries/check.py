"""A check of tables: figures that are suspiciously round."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.data.checks._check import Check, Subject, Suspicion


def _find(subject: Subject) -> Iterator[Suspicion]:
    compute = subject.numbers("training_compute_flop")
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.log10(compute)
    yield Suspicion("training_compute_flop", power == np.round(power), "is a power of ten", "look for the exact figure")


ENTRY = Check("compute that is a power of ten", ("training_compute_flop",), _find)
