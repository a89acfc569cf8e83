"""Exponential growth or decay in time: a straight line on a log axis.

Time is measured from an origin near the middle of the data: at the year 0 the coefficient would be 0 or infinite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from forecast.laws._law import Array, Example, Input, Inputs, Parameter
from forecast.laws._terms import Power, Term, TermLaw


@dataclass(frozen=True)
class Exponential(TermLaw):
    """The law, with its origin of time."""

    origin: float = 0.0

    def prepared(self, inputs: Inputs) -> Exponential:
        """Return the law with the origin at the whole number nearest the mean time, or 0 where that lies near the data."""
        time = inputs["t"][np.isfinite(inputs["t"])]
        middle, span = float(time.mean()), float(np.ptp(time))
        return self.restored({"origin": float(round(middle)) if abs(middle) > 3 * span else 0.0})

    def constants(self) -> dict[str, float]:
        """Return the origin."""
        return {"origin": self.origin}

    def restored(self, constants: Mapping[str, float]) -> Exponential:
        """Return the law with a given origin."""
        origin = constants["origin"]
        time = f"(t - {origin:g})" if origin else "t"
        terms = (Term("A", (Power("k", {"t": 1.0}, -origin),)),)
        return replace(self, origin=origin, terms=terms, formula=f"y = A exp(k {time})")


def _derive(values: Mapping[str, Array]) -> dict[str, Array]:
    k = values["k"]
    return {"factor_per_year": np.exp(k), "doubling_time_years": math.log(2) / k}


ENTRY = Exponential(
    name="exponential",
    title="exponential in time",
    formula="y = A exp(k t)",
    reference="Cottier et al. 2024, arXiv 2405.21015, for training cost",
    inputs=(Input("t", "time; dates count as decimal years", positive=False),),
    output=Input("y", "the response"),
    parameters=(
        Parameter("A", "response at the origin of time", 0.0, positive=True),
        Parameter("k", "growth rate per unit of time", -50.0, 50.0, grid=(-3.0, -1.0, -0.3, -0.1, 0.1, 0.3, 1.0, 3.0)),
    ),
    terms=(Term("A", (Power("k", {"t": 1.0}),)),),
    derive=_derive,
    planted=Example({"A": 3e5, "k": 0.9}, {"t": np.linspace(2016.0, 2024.0, 30)}),
)
