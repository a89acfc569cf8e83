"""Jackknife+: intervals for the next observation that assume only that it is drawn as the rows were.

Every row is predicted by the fit without it (or without its run), and the new place by each of those fits give or take what
it missed its own row by. At least ``1 - 2 (1 - level)`` of such intervals hold the next observation whatever the law and the
scatter, and in practice about ``level`` (Barber, Candes, Ramdas and Tibshirani 2021, "Predictive inference with the
jackknife+", Annals of Statistics 49, theorem 1). Nothing is promised outside the data: see the note ``extrapolation``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import FitError
from forecast.fitting.problem import make_problem
from forecast.intervals._resampling import handfuls, leave_out
from forecast.laws._law import Array
from forecast.laws._space import into
from forecast.settings import generator

if TYPE_CHECKING:
    from forecast.fitting.result import Fit


def jackknife_plus(fit: Fit, inputs: Mapping[str, Array], levels: tuple[float, ...]) -> tuple[Array, Array]:
    """Return what the next observation may be.

    Parameters
    ----------
    fit : Fit
        Of n rows.
    inputs : mapping of str to array of shape (places,)
        Where.
    levels : tuple of float
        Probabilities inside.

    Returns
    -------
    draws : array of shape (2 n, places)
        Predictions with a row left out, less and plus what they miss it by, in the space of the fit.
    bounds : array of shape (levels, 2, places)
        The same space; infinite where the rows are too few for the level.

    Raises
    ------
    FitError
        When no fit with a row left out has an optimum.
    """
    rows = {name: values[None] for name, values in fit.inputs.items()}
    problem = make_problem(fit.law, fit.spec, rows, fit.output[None], fit.weight[None])
    scale = float(np.median(np.abs(fit.residuals))) + 1e-300
    alone = np.arange(fit.count) if fit.cluster is None else fit.cluster.astype(int)
    each = handfuls(alone, generator(fit.stream))  # many rows by the handful: CV+, section 3 there
    theta = leave_out(problem.settled(scale), fit.theta, each)
    known = np.asarray(np.isfinite(theta).all(axis=1))[each]
    if not known.any():
        message = "no fit with a row left out has an optimum, so nothing can be said of the next observation"
        raise FitError(message, hint="predict without --conformal")
    parameters = fit.model.natural(theta)[each[known]]
    own = {name: values[known, None] for name, values in fit.inputs.items()}
    missed = np.abs(into(fit.output[known], fit.space) - into(fit.law.values(parameters, own)[:, 0], fit.space))[
        :, None
    ]
    middle = into(fit.law.values(parameters, inputs), fit.space)
    low, high = np.sort(middle - missed, axis=0), np.sort(middle + missed, axis=0)
    count = len(low)
    bounds = np.empty((len(levels), 2, middle.shape[1]))
    for i, level in enumerate(levels):
        rank = int(np.ceil(level * (count + 1) - 1e-9))
        bounds[i] = (low[count - rank], high[rank - 1]) if rank <= count else ([-np.inf], [np.inf])
    return np.concatenate([low, high]), bounds
