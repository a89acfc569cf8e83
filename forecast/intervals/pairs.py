"""Pairs bootstrap: whole rows drawn with replacement (Efron and Tibshirani 1993, chapter 9).

It assumes independent rows and nothing on the scatter. Rows that share a run are not independent: use ``cluster``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecast.intervals._resampling import in_blocks, refits
from forecast.laws._law import Array
from forecast.solve.search import Optimum


class Pairs:
    """Resamples of rows."""

    summary = "pairs bootstrap"
    bounds: Literal["quantiles"] = "quantiles"

    def draw(self, optimum: Optimum, groups: NDArray[np.intp], count: int, rng: np.random.Generator) -> Array:
        """Refit resamples of the rows."""
        rows = int(optimum.problem.counts[groups[0]])
        share = np.full(rows, 1 / rows)
        parts = [
            refits(optimum, groups, rng.multinomial(rows, share, size=size).astype(float))
            for size in in_blocks(rows, count)
        ]
        return np.concatenate(parts, axis=1)


ENTRY = Pairs()
