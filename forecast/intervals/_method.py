"""What an interval method is."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array
from forecast.solve.search import Optimum

#: Rows times resamples whose weights are held at once.
BLOCK = 2_000_000


class Method(Protocol):
    """A way to draw coordinates that the data would also have allowed; an entry of ``intervals``."""

    #: one line for tables and reports
    summary: str
    #: whether bounds are quantiles of the draws, come from theory, or from a profile
    bounds: Literal["quantiles", "theory", "profile"]

    def draw(self, optimum: Optimum, groups: NDArray[np.intp], count: int, rng: np.random.Generator) -> Array:
        """Return draws of the coordinates.

        Parameters
        ----------
        optimum : Optimum
            The fit.
        groups : array of int of shape (g,)
            The groups wanted; they have the same number of rows, and share resamples, so that each gets the draws it
            would get alone.
        count : int
            Draws.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        array of shape (g, count, p)
            NaN where a resample had no optimum.
        """
