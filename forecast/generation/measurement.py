"""Errors of the figures themselves: independent ones by confidence grade, and one that all share.

The scatter of members about their trend holds their independent errors already, so only what these do to the fitted
line is added: a line fitted to figures that are each off by their grade's error differs by ``h(t)' e``, with ``h`` the
weights of least squares at date t. An error that all figures share moves line and members alike, and no number of
models averages it away.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.constants import constant

Array = NDArray[np.float64]
_Z = 1.6448536269514722
_GRADES = {"Confident": "confident", "Likely": "likely"}


def grade_sd(confidence: pd.Series) -> Array:
    """Return the standard deviation (OOM) of one model's compute by Epoch AI's grade; the lowest where there is none."""
    names = confidence.map(_GRADES).fillna("speculative")
    return np.array([constant(f"measurement_oom90_{name}") / _Z for name in names])


def line_error(year: Array, sd: Array, at: Array, draws: int, rng: np.random.Generator) -> Array:
    """Return how far measurement errors move the fitted line, of shape (draws, dates).

    Parameters
    ----------
    year, sd : array of shape (n,)
        Decimal years of the fitted members, and the standard deviation of each one's error (OOM).
    at : array of shape (dates,)
        Where the line is read.
    """
    centred = year - year.mean()
    weights = 1 / len(year) + np.outer(at - year.mean(), centred) / (centred @ centred)
    return np.asarray((rng.standard_normal((draws, len(year))) * sd) @ weights.T)
