"""A sum of power terms of several inputs: each input that is too small adds to the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.errors import UsageError
from forecast.laws._law import Example, Input, Law, Parameter
from forecast.laws._terms import Power, Term, TermLaw

_GRID = (0.1, 0.25, 0.45, 0.8)
_MOST = 5


@dataclass(frozen=True)
class SumPower(TermLaw):
    """The law for given inputs."""

    most_inputs = _MOST

    def configured(self, *, inputs: Sequence[str] | None = None, **options: Any) -> Law:
        """Return the law for inputs of these names."""
        Law.configured(self, **options)
        return self if inputs is None else _law(tuple(inputs))


def _law(names: tuple[str, ...]) -> SumPower:
    if not 1 <= len(names) <= _MOST:
        message = f"the law sum_power takes 1 to {_MOST} inputs, not {len(names)}"
        raise UsageError(message, hint="name them: --x params --x tokens")
    terms = " + ".join(f"A_{name} / {name}^k_{name}" for name in names)
    grid = _GRID if len(names) < 4 else _GRID[::2]
    rng = np.random.default_rng(0)
    planted = {"E": 1.5}
    for number, name in enumerate(names):
        planted |= {f"A_{name}": 30.0 * (number + 1), f"k_{name}": 0.3 + 0.08 * number}
    return SumPower(
        name="sum_power",
        title="sum of power terms",
        formula=f"y = E + {terms}",
        reference="Hoffmann et al. 2022, arXiv 2203.15556, equation 2, with any number of inputs",
        inputs=tuple(Input(name, "an input") for name in names),
        output=Input("y", "the response"),
        parameters=(
            Parameter("E", "irreducible part", 0.0, positive=True),
            *(Parameter(f"A_{name}", f"part from finite {name}, at {name} = 1", 0.0, positive=True) for name in names),
            *(Parameter(f"k_{name}", f"exponent of {name}", 0.0, 8.0, grid=grid) for name in names),
        ),
        terms=(Term("E"), *(Term(f"A_{name}", (Power(f"k_{name}", {name: -1.0}),)) for name in names)),
        planted=Example(planted, {name: 10 ** rng.uniform(1, 6, 60) for name in names}),
    )


ENTRY = _law(("x1", "x2"))
