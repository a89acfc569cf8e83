"""From a law, choices and arrays to the solver's problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecast.fitting.spec import FitSpec
from forecast.laws import Law
from forecast.laws._law import Array
from forecast.laws._space import into
from forecast.solve.problem import Problem
from forecast.solve.search import Optimum

#: Rows beyond which resampling takes minutes, and theory says the same.
_MANY = 50_000


def make_problem(
    law: Law, spec: FitSpec, inputs: Mapping[str, Array], output: Array, weight: Array,
    cluster: NDArray[np.intp] | None = None,
) -> Problem:  # fmt: skip
    """Return the problem of inputs, outputs and weights of shape (groups, n)."""
    space = spec.resolved_space(law)
    model = law.model(inputs, space, held=spec.fixed)
    target = np.where(weight > 0, into(np.where(weight > 0, output, 1.0), space), 0.0)
    lower, upper = (bound.astype(float) for bound in model.bounds(target[weight > 0]))
    at = model.coordinates(np.array([spec.fixed.get(name, 1.0) for name in law.names]))
    for j, name in enumerate(law.names):
        if name in spec.fixed:
            lower[j] = upper[j] = at[j]
    return Problem(model, spec.resolved_loss(law), target, weight, lower, upper, cluster)


def resolved(spec: FitSpec, law: Law, optimum: Optimum, *, bca: bool = False) -> FitSpec:
    """Return the specification with every default spelled out; `bca` tells what ``kind="auto"`` stands for with pairs."""
    name, kind = spec.intervals, spec.kind
    if name == "auto":
        easy = optimum.problem.linear or optimum.problem.counts.max() > _MANY
        name = "cluster" if spec.group else "analytic" if easy else "pairs"
    if kind == "auto":
        kind = "bca" if bca and name == "pairs" else "percentile"
    return replace(spec, intervals=name, kind=kind, loss=spec.loss or law.loss, space=spec.space or law.space)
