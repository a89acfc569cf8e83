"""Power laws joined by smooth breaks: the broken neural scaling law (Caballero et al. 2022)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from forecast.errors import UsageError
from forecast.laws._law import Array, Example, Input, Inputs, Law, Parameter

_MOST = 3


class BrokenPower(Law):
    """``y = a + b x^-c_0 prod_i (1 + (x / d_i)^(1 / f_i))^(-c_i f_i)``."""

    name = "broken_power"
    title = "broken power law"
    reference = "Caballero et al. 2022, arXiv 2210.14891, equation 1"
    inputs = (Input("x", "the scale"),)
    output = Input("y", "the response")

    def __init__(self, breaks: int = 1) -> None:
        self.breaks = breaks
        product = " ".join(f"(1 + (x / d_{i})^(1 / f_{i}))^(-c_{i} f_{i})" for i in range(1, breaks + 1))
        self.formula = f"y = a + b x^-c_0 {product}".rstrip()
        self.parameters = (
            Parameter("a", "limit", 0.0, positive=True),
            Parameter("b", "coefficient", 0.0, positive=True),
            Parameter("c_0", "slope before the first break", -20.0, 20.0),
            *(
                parameter
                for i in range(1, breaks + 1)
                for parameter in (
                    Parameter(f"c_{i}", f"change of slope at break {i}", -50.0, 50.0),
                    Parameter(f"d_{i}", f"where break {i} is", 0.0, positive=True),
                    Parameter(f"f_{i}", f"width of break {i}", 1e-3, 10.0, positive=True),
                )
            ),
        )

    def configured(self, *, breaks: int | None = None, **options: Any) -> Law:
        """Return the law with so many breaks."""
        super().configured(**options)
        if breaks is None:
            return self
        if not 1 <= breaks <= _MOST:
            message = f"the law broken_power has 1 to {_MOST} breaks, not {breaks}"
            raise UsageError(message, hint="each break adds three parameters; use power_floor for none")
        return BrokenPower(breaks)

    def _bends(self, parameters: Array, inputs: Inputs) -> list[tuple[Array, ...]]:
        log_x = np.log(inputs["x"])
        bends: list[tuple[Array, ...]] = []
        for i in range(self.breaks):
            change, place, width = (parameters[:, 3 + 3 * i + j, None] for j in range(3))
            distance = log_x - np.log(place)
            bends.append((change, width, distance, np.logaddexp(0.0, distance / width)))
        return bends

    def values(self, parameters: Array, inputs: Inputs) -> Array:
        """Return the curve."""
        return np.asarray(parameters[:, 0, None] + self._reducible(parameters, inputs))

    def _reducible(self, parameters: Array, inputs: Inputs) -> Array:
        exponent = np.log(parameters[:, 1, None]) - parameters[:, 2, None] * np.log(inputs["x"])
        for change, width, _, bend in self._bends(parameters, inputs):
            exponent = exponent - change * width * bend
        return np.exp(exponent)

    def jacobian(self, parameters: Array, inputs: Inputs) -> Array:
        """Return exact derivatives."""
        part = self._reducible(parameters, inputs)
        columns = [np.ones_like(part), part / parameters[:, 1, None], -part * np.log(inputs["x"])]
        for i, (change, width, distance, bend) in enumerate(self._bends(parameters, inputs)):
            past = np.exp(-np.logaddexp(0.0, -distance / width))
            columns += [
                -part * width * bend,
                part * change * past / parameters[:, 4 + 3 * i, None],
                -part * change * (bend - past * distance / width),
            ]
        return np.stack(columns, axis=-1)

    def guess(self, inputs: Inputs, output: Array) -> Array:
        """Return starts: breaks along the data and slopes on a grid, level and coefficient by least squares."""
        log_x = np.log(inputs["x"])
        places = np.quantile(np.unique(log_x), (np.arange(7) + 0.5) / 7)
        slopes: tuple[float, ...] = (0.05, 0.3, 0.8)
        bends = list(itertools.product((-0.3, 0.3, 1.0, 3.0, 6.0), (0.05, 0.2, 0.6)))
        if self.breaks > 1:
            slopes, bends = (0.05, 0.4), list(itertools.product((-0.3, 0.5, 2.0), (0.2,)))
        starts = np.array(
            [
                [1.0, 1.0, first, *(v for (c, f), d in zip(shape, where, strict=True) for v in (c, np.exp(d), f))]
                for first in slopes
                for where in itertools.combinations(places, self.breaks)
                for shape in itertools.product(bends, repeat=self.breaks)
            ]
        )
        part = self._reducible(starts, inputs)
        # relative least squares for a + b part, the level kept positive
        relative, unit = part / output, 1 / output
        aa, ab, bb = unit @ unit, relative @ unit, np.einsum("mn,mn->m", relative, relative)
        ra, rb = unit.sum(), relative.sum(axis=1)
        determinant = np.maximum(aa * bb - ab**2, 1e-12 * aa * bb)
        level = (ra * bb - rb * ab) / determinant
        level = np.where(level > 0, level, 1e-3 * output.min())
        starts[:, 0] = level
        starts[:, 1] = np.maximum((rb - level * ab) / bb, 1e-6 * rb / bb)
        return starts

    def example(self) -> Example:
        """Return a curve with breaks that the data span."""
        planted = {"a": 0.4, "b": 2.3, "c_0": 0.06}
        for i in range(1, self.breaks + 1):
            planted |= {f"c_{i}": 1.0 - 0.3 * i, f"d_{i}": 10.0 ** (1 + 2 * i), f"f_{i}": 0.3}
        return Example(planted, {"x": np.geomspace(10.0, 10.0 ** (3 + 2 * self.breaks), 60)})


ENTRY = BrokenPower()
