"""How far rows scatter around a fit, and the Huber loss that suits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from forecast.fitting.problem import make_problem
from forecast.fitting.spec import FitSpec
from forecast.laws import Law
from forecast.laws._law import Array
from forecast.solve.losses import Loss
from forecast.solve.search import Optimum, search

#: Standard deviations within which Huber's loss keeps 95 % of the efficiency of least squares under normal errors
#: (Huber and Ronchetti 2009, section 4.2; Holland and Welsch 1977).
TUNING = 1.345
#: Rows, or runs, up to which medians of resamples jump from one row to the next, so that their percentiles lie too far
#: apart: see ``benchmarks/coverage.py``.
FEW = 100
#: Median absolute deviation of a normal distribution, in standard deviations.
_NORMAL_MAD = 0.6745


def suited_delta(optimum: Optimum) -> float:
    """Return the delta that suits the scatter around the (first) optimum: 1.345 robust standard deviations.

    As many of the smallest residuals as there are free parameters are left out of the median: a robust fit passes through
    that many rows whatever they are.
    """
    problem = optimum.problem
    group = None if problem.groups == 1 else np.zeros(1, dtype=int)
    residual = (problem.model.evaluate(optimum.theta[:1], group).values - problem.target[:1])[problem.weight[:1] > 0]
    rest = np.sort(np.abs(residual))[min(int(problem.free.sum()), len(residual) - 1) :]
    return max(TUNING * float(np.median(rest)) / _NORMAL_MAD, 1e-12)


def narrow(loss: Loss, optimum: Optimum) -> bool:
    """Return whether a loss is nearly that of medians: its quadratic zone is under half of what suits the scatter."""
    return loss.name == "lad" or (loss.name == "huber" and loss.delta < 0.5 * suited_delta(optimum))


def with_delta(spec: FitSpec, law: Law, inputs: Mapping[str, Array], output: Array, weight: Array) -> FitSpec:
    """Return the choices with a delta in place of ``"auto"``, by a fit of least absolute deviations; arrays (1, n)."""
    if spec.delta != "auto":
        return spec
    if (spec.loss or law.loss) != "huber":
        return replace(spec, delta=FitSpec.delta)
    trial = search(make_problem(law, replace(spec, loss="lad", delta=FitSpec.delta), inputs, output, weight))
    return replace(spec, delta=suited_delta(trial))
