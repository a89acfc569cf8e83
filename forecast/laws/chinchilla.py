"""Loss by parameters and tokens with an irreducible part (Hoffmann et al. 2022, approach 3)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from forecast.laws._law import Array, Example, Input, Parameter
from forecast.laws._terms import Power, Term, TermLaw


def _derive(values: Mapping[str, Array]) -> dict[str, Array]:
    # minimising L at C = 6 N D gives N = G (C/6)^a and D = (C/6)^b / G
    alpha, beta = values["alpha"], values["beta"]
    a = beta / (alpha + beta)
    ratio = (alpha * values["A"]) / (beta * values["B"])
    return {"a": a, "b": 1 - a, "G": ratio ** (1 / (alpha + beta))}


def _best(values: Mapping[str, Array], compute: Array) -> Array:
    derived = _derive(values)
    return np.asarray(derived["G"] * (compute / 6) ** derived["a"])


_GRID = (0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.85, 1.2)
_SIZES = np.geomspace(5e7, 1e10, 6)

ENTRY = TermLaw(
    name="chinchilla",
    title="Chinchilla",
    formula="L = E + A / N^alpha + B / D^beta",
    reference="Hoffmann et al. 2022, arXiv 2203.15556, equation 2; refitted by Besiroglu et al. 2024, arXiv 2404.10102",
    inputs=(Input("N", "parameters"), Input("D", "training tokens")),
    parameters=(
        Parameter("A", "loss from finite parameters, at N = 1", 0.0, positive=True),
        Parameter("B", "loss from finite data, at D = 1", 0.0, positive=True),
        Parameter("E", "irreducible loss", 0.0, positive=True),
        Parameter("alpha", "exponent of parameters", 0.0, 4.0, grid=_GRID),
        Parameter("beta", "exponent of tokens", 0.0, 4.0, grid=_GRID),
    ),
    terms=(
        Term("A", (Power("alpha", {"N": -1.0}),)),
        Term("B", (Power("beta", {"D": -1.0}),)),
        Term("E"),
    ),
    loss="huber",
    derive=_derive,
    best=_best,
    planted=Example(
        {"A": 480.0, "B": 2100.0, "E": 1.82, "alpha": 0.35, "beta": 0.37},
        {"N": np.tile(_SIZES, 6), "D": np.repeat(_SIZES * 20, 6)},
    ),
)
