"""Dates that have not come yet: one of them moves the end of all that is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.data.checks._check import Check, Subject, Suspicion


def _find(subject: Subject) -> Iterator[Suspicion]:
    late = subject.days > np.datetime64(subject.today)
    yield Suspicion(
        "published", late, f"lies in the future (after {subject.today})", "correct the date, or drop the row", "error"
    )


ENTRY = Check("publication dates in the future", ("published",), _find)
