"""Where residuals are taken: on the output itself, on its logarithm, or on ``log(1 + output)``."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecast.errors import UsageError, did_you_mean

Space = Literal["log", "log1p", "raw"]
SPACES: tuple[Space, ...] = ("log", "log1p", "raw")
_Array = NDArray[np.float64]


def check_space(space: str) -> Space:
    """Return the space if there is one of that name.

    Raises
    ------
    UsageError
        With the nearest name.
    """
    for known in SPACES:
        if space == known:
            return known
    message = f"unknown space {space!r}{did_you_mean(space, SPACES)}"
    raise UsageError(message, hint="log fits relative errors, raw absolute ones")


def into(values: _Array, space: Space) -> _Array:
    """Return outputs in a space."""
    if space == "raw":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(values) if space == "log" else np.log1p(values))


def out_of(values: _Array, space: Space) -> _Array:
    """Return outputs of values in a space."""
    if space == "raw":
        return values
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(values) if space == "log" else np.expm1(values))


def slope(values: _Array, space: Space) -> _Array | float:
    """Return the derivative of :func:`into` at outputs."""
    if space == "raw":
        return 1.0
    return 1 / (values if space == "log" else 1 + values)
