"""A law: the response falls by a constant for each tenfold of the input."""

from __future__ import annotations

import numpy as np

from forecast.laws._law import Array, Example, Input, Inputs, Law, Parameter


class LogLine(Law):
    """``y = a + b log10 x``; derivatives that are not given are taken numerically."""

    name = "log_line"
    title = "log line"
    formula = "y = a + b log10 x"
    reference = "who proposed it, where"
    inputs = (Input("x", "the scale"),)
    output = Input("y", "the response", positive=False)
    parameters = (Parameter("a", "response at x = 1"), Parameter("b", "change for each tenfold"))
    space = "raw"

    def values(self, parameters: Array, inputs: Inputs) -> Array:
        """Return responses of shape (batch, n) for parameters of shape (batch, 2)."""
        return parameters[:, 0, None] + parameters[:, 1, None] * np.log10(inputs["x"])

    def guess(self, inputs: Inputs, output: Array) -> Array:
        """Return starts of shape (starts, 2), the best guess first."""
        slope, level = np.polyfit(np.log10(inputs["x"]), output, 1)
        return np.array([[level, slope], [level, 0.0]])

    def example(self) -> Example:
        """Return what a fit must give back."""
        return Example({"a": 4.0, "b": -0.3}, {"x": np.geomspace(1e3, 1e9, 20)})


ENTRY = LogLine()
