"""A straight line on log-log axes: the plain power law."""

from __future__ import annotations

import numpy as np

from forecast.laws._law import Example, Input, Parameter
from forecast.laws._terms import Power, Term, TermLaw

#: Both signs, denser where scaling exponents are.
EXPONENTS = (-3.0, -2.0, -1.3, -0.9, -0.6, -0.4, -0.25, -0.15, -0.08, 0.08, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)

ENTRY = TermLaw(
    name="power",
    title="power law",
    formula="y = A x^k",
    reference="Kaplan et al. 2020, arXiv 2001.08361, equations 1.1 to 1.3",
    inputs=(Input("x", "the scale"),),
    output=Input("y", "the response"),
    parameters=(
        Parameter("A", "response at x = 1", 0.0, positive=True),
        Parameter("k", "exponent", -50.0, 50.0, grid=EXPONENTS),
    ),
    terms=(Term("A", (Power("k", {"x": 1.0}),)),),
    planted=Example({"A": 11.0, "k": -0.076}, {"x": np.geomspace(1e3, 1e9, 25)}),
)
