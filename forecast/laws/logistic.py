"""A bounded metric, such as task accuracy, as an S-curve of its input, such as loss or log compute."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.special import expit, logit

from forecast.laws._law import Array, Example, Input, Inputs, Law, Parameter


class Logistic(Law):
    """``y = low + (high - low) / (1 + exp(-k (x - x_0)))``."""

    name = "logistic"
    title = "logistic curve"
    formula = "y = low + (high - low) / (1 + exp(-k (x - x_0)))"
    reference = "Ruan et al. 2024, arXiv 2405.10938, section 3, for accuracy by a capability measure"
    inputs = (Input("x", "the scale, taken as it is: give log compute as a column of its own", positive=False),)
    output = Input("y", "a bounded metric")
    parameters = (
        Parameter("low", "level at one end: chance", 0.0),
        Parameter("high", "level at the other end: the ceiling", 0.0),
        Parameter("k", "steepness; negative where the metric falls with x"),
        Parameter("x_0", "where the metric is half-way"),
    )
    space = "raw"

    def values(self, parameters: Array, inputs: Inputs) -> Array:
        """Return the curve."""
        low, high, k, middle = (parameters[:, j, None] for j in range(4))
        return np.asarray(low + (high - low) * expit(k * (inputs["x"] - middle)))

    def jacobian(self, parameters: Array, inputs: Inputs) -> Array:
        """Return exact derivatives."""
        low, high, k, middle = (parameters[:, j, None] for j in range(4))
        share = expit(k * (inputs["x"] - middle))
        slope = (high - low) * share * (1 - share)
        return np.stack([1 - share, share, slope * (inputs["x"] - middle), -slope * k + 0 * share], axis=-1)

    def guess(self, inputs: Inputs, output: Array) -> Array:
        """Return starts: levels around the data, then a line through the log odds."""
        x, span = inputs["x"], float(np.ptp(output)) or 1.0
        starts = []
        for below, above in itertools.product((0.02, 0.15, 0.5), repeat=2):
            low, high = max(output.min() - below * span, 0.0), output.max() + above * span
            odds = logit(np.clip((output - low) / (high - low), 1e-3, 1 - 1e-3))
            centred = x - x.mean()
            k = float(centred @ odds / max(float(centred @ centred), 1e-300)) or 1e-3
            starts += [[low, high, k * factor, x.mean() - odds.mean() / k] for factor in (1.0, 3.0)]
        return np.array(starts)

    def example(self) -> Example:
        """Return accuracy that rises from chance as the loss falls."""
        return Example({"low": 0.25, "high": 0.92, "k": -3.5, "x_0": 2.4}, {"x": np.linspace(1.2, 4.0, 25)})


ENTRY = Logistic()
