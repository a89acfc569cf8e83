"""IsoFLOP curves: the loss of every size at a training compute, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from forecast.fitting.optimum import Losses, best_at_compute
from forecast.fitting.result import Fit
from forecast.laws._law import Array

#: A curve goes this many powers of ten to both sides of the best size, in so many steps each.
_REACH, _STEPS = 1.5, 24


@dataclass(frozen=True)
class CurvePoint:
    """A point of an isoFLOP curve: the loss of a size at a training compute, by the fit, with its interval."""

    compute_flop: float
    parameters: float
    tokens: float
    level: float
    loss: float
    lower: float
    upper: float


def isoflop_curves(fit: Fit, computes: Array, limit: float, level: float) -> tuple[CurvePoint, ...]:
    """Return the points of the curves at each compute.

    Parameters
    ----------
    fit : Fit
        Of a law of N and D.
    computes : array of shape (curves,)
        Training compute in FLOP.
    limit : float
        Unique tokens there are.
    level : float
        The probability inside the intervals.
    """
    losses = Losses(fit.law, limit)
    points = []
    for compute in computes:
        best = best_at_compute(losses, fit.estimates[None], np.array([compute])).size[0]
        size = best * 10.0 ** (_REACH * np.linspace(-1, 1, 2 * _STEPS + 1))
        tokens = compute / (6 * size)
        kept = (size >= 1) & (tokens >= 1) & (tokens <= losses.most * (1 + 1e-9))
        size, tokens = size[kept], tokens[kept]
        here = losses.at(fit.estimates[None], size, tokens)[0]
        bounds = fit.bounds(partial(losses.at, size=size, tokens=tokens), (level,))[0]
        points += [
            CurvePoint(float(compute), float(n), float(d), level, float(loss), float(low), float(high))
            for n, d, loss, low, high in zip(size, tokens, here, *bounds, strict=True)
        ]
    return tuple(points)
