"""A sigmoid-like learning curve between the error of a random guess and the irreducible one (Alabdulmohsin et al. 2022).

The law is implicit: ``(y - E) / (I - y)^a = b x^-c``. With ``a = 0`` it is a power law with a floor.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.special import expit, log_expit

from forecast.laws._law import Array, Example, Input, Inputs, Law, Parameter

#: Most steps of Halley's method, each of which cubes the error of the one before, and how short the last one is.
_STEPS, _CLOSE = 30, 1e-9
#: Beyond these log odds y is E or I to the last digit.
_FARTHEST, _HIGHEST = 700.0, 38.0


class M4(Law):
    """The law, solved for y by Halley's method; derivatives by the implicit function theorem."""

    name = "m4"
    title = "M4 learning curve"
    formula = "(y - E) / (I - y)^a = b x^-c"
    reference = "Alabdulmohsin et al. 2022, arXiv 2209.06640, equation 3 (estimator M4)"
    inputs = (Input("x", "examples seen"),)
    output = Input("y", "loss or error")
    parameters = (
        Parameter("E", "irreducible loss", 0.0, positive=True),
        Parameter("I", "loss before learning", 0.0, positive=True),
        Parameter("a", "how late learning starts", 0.0, 10.0),
        Parameter("b", "scale", 0.0, positive=True),
        Parameter("c", "exponent", 1e-6, 20.0, positive=True),
    )

    def _solve(self, parameters: Array, inputs: Inputs) -> tuple[Array, ...]:
        floor, top, late, scale, power = (parameters[:, j, None] for j in range(5))
        span = top - floor
        # y = E + (I - E) expit(s) turns the law into log expit(s) - a log expit(-s) = wanted, increasing in s
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            wanted = np.log(scale) - power * np.log(inputs["x"]) - (1 - late) * np.log(span)
            # one of the two terms alone, up to where they are equal
            even = np.maximum(-np.log(np.maximum(late, 1e-300)), 0.0)
            left = np.minimum(wanted - np.log(-np.expm1(np.minimum(wanted, 0.0))), even)
            right = np.maximum(wanted / np.maximum(late, 1e-3), even)
            s = np.clip(np.where(wanted < 0, left, right), -_FARTHEST, _HIGHEST)
        for _ in range(_STEPS):
            log_share = log_expit(s)
            share = np.exp(log_share)
            slope = 1 + (late - 1) * share + 1e-300
            step = (log_share - late * (log_share - s) - wanted) / slope  # log expit(-s) is log expit(s) - s
            step /= np.maximum(1 - step * (late - 1) * share * (1 - share) / (2 * slope), 0.5)
            before = s
            s = np.maximum(np.minimum(s - step, _HIGHEST), -_FARTHEST)
            if not (np.abs(s - before) > _CLOSE * (1 + np.abs(s))).any():
                break
        return floor, span, late, s

    def values(self, parameters: Array, inputs: Inputs) -> Array:
        """Return the curve."""
        floor, span, _, s = self._solve(parameters, inputs)
        return np.asarray(floor + span * expit(s))

    def jacobian(self, parameters: Array, inputs: Inputs) -> Array:
        """Return derivatives by the implicit function theorem."""
        return self.values_and_jacobian(parameters, inputs)[1]

    def values_and_jacobian(self, parameters: Array, inputs: Inputs) -> tuple[Array, Array]:
        """Return both; the implicit equation is solved once."""
        floor, span, late, s = self._solve(parameters, inputs)
        share, rest = expit(s), expit(-s)
        per = share * rest / (rest + late * share + 1e-300)  # d expit(s) / d wanted
        by_span = share - per * (1 - late)
        columns = [
            1 - by_span,
            by_span,
            span * per * (np.log(span) + log_expit(-s)),
            span * per / parameters[:, 3, None],
            -span * per * np.log(inputs["x"]) + 0 * share,
        ]
        return np.asarray(floor + span * share), np.stack(columns, axis=-1)

    def guess(self, inputs: Inputs, output: Array) -> Array:
        """Return starts: levels around the data, then a line through the rest."""
        log_x = np.log(inputs["x"])
        low, high = float(output.min()), float(output.max())
        starts = []
        for below, above, late in itertools.product(
            (0.3, 0.7, 0.9, 0.98), (1.02, 1.3, 3.0, 6.0), (0.02, 0.5, 1.0, 3.0, 8.0)
        ):
            floor, top = low * below, high * above
            left = np.log(output - floor) - late * np.log(top - output)
            centred = log_x - log_x.mean()
            slope = float(centred @ left / max(float(centred @ centred), 1e-300))
            power = max(-slope, 1e-3)
            starts.append([floor, top, late, np.exp(np.mean(left + power * log_x)), power])
        return np.array(starts)

    def example(self) -> Example:
        """Return a curve with a late start."""
        planted = {"E": 0.3, "I": 4.0, "a": 0.8, "b": 2000.0, "c": 0.7}
        return Example(planted, {"x": np.geomspace(1e2, 1e8, 40)})


ENTRY = M4()
