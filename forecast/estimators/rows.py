"""The rows of ``X`` and ``y`` in an order of their own, and without repeats.

Where the data leave a law open, many parameters fit alike and the search ends in those that rounding prefers. It
therefore gets the same rows for the same data: sorted, so that their order does not count, and each once with its
weights added, so that a weight of 3 and three equal rows are one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecast.fitting.rows import Rows


def ordered(rows: Rows) -> Rows:
    """Return the rows sorted by inputs, output and weight."""
    order = np.lexsort([rows.weight, rows.output, *reversed(list(rows.inputs.values()))])
    return _picked(rows, order)


def distinct(rows: Rows) -> Rows:
    """Return each of ordered rows once, with the sum of its weights."""
    table = np.stack([*rows.inputs.values(), rows.output])
    new = np.append(True, (table[:, 1:] != table[:, :-1]).any(axis=0))
    first = np.flatnonzero(new)
    return replace(_picked(rows, first), weight=np.add.reduceat(rows.weight, first))


def _picked(rows: Rows, places: np.ndarray) -> Rows:
    inputs = {name: values[places] for name, values in rows.inputs.items()}
    return replace(rows, inputs=inputs, output=rows.output[places], weight=rows.weight[places])
