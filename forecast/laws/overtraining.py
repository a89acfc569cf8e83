"""Loss of over-trained models: parameters and tokens share one exponent (Gadre et al. 2024).

In terms of compute ``C = 6 N D`` and the token multiplier ``M = D / N`` it is ``E + (a M^eta + b M^-eta) C^-eta``; the
model's loss then falls as the same power of compute at every M.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from forecast.laws._law import Array, Example, Input, Parameter
from forecast.laws._terms import Power, Term, TermLaw

_SIX = math.log(6.0)


def _derive(values: Mapping[str, Array]) -> dict[str, Array]:
    # The coefficient of N^(-2 eta), as the authors' code has it, and the multiplier that minimises loss at fixed C.
    eta = values["eta"]
    return {
        "coefficient_N": values["a"] * 6.0**-eta,
        "coefficient_D": values["b"] * 6.0**-eta,
        "exponent": -2 * eta,
        "optimal_multiplier": (values["b"] / values["a"]) ** (1 / (2 * eta)),
    }


def _best(values: Mapping[str, Array], compute: Array) -> Array:
    return np.asarray(np.sqrt(compute / (6 * _derive(values)["optimal_multiplier"])))


ENTRY = TermLaw(
    name="overtraining",
    title="over-training law",
    formula="L = E + (a M^eta + b M^-eta) C^-eta, with C = 6 N D and M = D / N",
    reference="Gadre et al. 2024, arXiv 2403.08540, equation 4",
    inputs=(Input("N", "parameters"), Input("D", "training tokens")),
    parameters=(
        Parameter("a", "weight of the loss from finite parameters", 0.0, positive=True),
        Parameter("b", "weight of the loss from finite data", 0.0, positive=True),
        Parameter("eta", "exponent of compute", 0.0, 3.0, grid=(0.04, 0.08, 0.12, 0.16, 0.2, 0.25, 0.35, 0.5)),
        Parameter("E", "irreducible loss", 0.0, positive=True),
    ),
    terms=(
        Term("a", (Power("eta", {"N": -2.0}, -_SIX),)),
        Term("b", (Power("eta", {"D": -2.0}, -_SIX),)),
        Term("E"),
    ),
    space="raw",
    derive=_derive,
    best=_best,
    planted=Example(
        {"a": 141.0, "b": 190.0, "eta": 0.121, "E": 1.84},
        {
            "N": np.array([1.1e7, 7.9e7, 1.5e8, 4.1e8, 1.1e7, 7.9e7, 1.5e8, 1.4e9]),
            "D": np.array([2.1e8, 1.6e9, 3.1e9, 8.2e9, 3.4e9, 2.5e10, 4.9e10, 2.9e10]),
        },
    ),
)
