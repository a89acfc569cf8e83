"""A power law that levels off: the form of one-variable loss curves with an irreducible part."""

from __future__ import annotations

import numpy as np

from forecast.laws._law import Example, Input, Parameter
from forecast.laws._terms import Power, Term, TermLaw
from forecast.laws.power import EXPONENTS

ENTRY = TermLaw(
    name="power_floor",
    title="power law with a floor",
    formula="y = E + A x^k",
    reference="Henighan et al. 2020, arXiv 2010.14701, equation 1.1",
    inputs=(Input("x", "the scale"),),
    output=Input("y", "the response"),
    parameters=(
        Parameter("E", "irreducible part", 0.0, positive=True),
        Parameter("A", "reducible part at x = 1", 0.0, positive=True),
        Parameter("k", "exponent", -20.0, 20.0, grid=EXPONENTS),
    ),
    terms=(Term("E"), Term("A", (Power("k", {"x": 1.0}),))),
    planted=Example({"E": 1.7, "A": 400.0, "k": -0.34}, {"x": np.geomspace(1e6, 1e11, 30)}),
)
