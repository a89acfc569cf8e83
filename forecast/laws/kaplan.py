"""Loss by parameters and tokens without an irreducible part (Kaplan et al. 2020)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from forecast.laws._law import Array, Example, Input, Inputs, Law, Parameter


class Kaplan(Law):
    """``L = ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D``."""

    name = "kaplan"
    title = "Kaplan"
    formula = "L = ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D"
    reference = "Kaplan et al. 2020, arXiv 2001.08361, equation 1.5"
    inputs = (Input("N", "parameters"), Input("D", "training tokens"))
    parameters = (
        Parameter("N_c", "parameters at which N alone gives a loss of 1", 0.0, positive=True),
        Parameter("D_c", "tokens at which D alone gives a loss of 1", 0.0, positive=True),
        Parameter("alpha_N", "exponent of parameters", 1e-4, 4.0, positive=True),
        Parameter("alpha_D", "exponent of tokens", 1e-4, 4.0, positive=True),
    )

    def _parts(self, parameters: Array, inputs: Inputs) -> tuple[Array, Array, Array, Array]:
        size, data, by_size, by_data = (parameters[:, j, None] for j in range(4))
        gap_n, gap_d = np.log(size) - np.log(inputs["N"]), np.log(data) - np.log(inputs["D"])
        return gap_n, np.exp(by_size / by_data * gap_n), np.exp(gap_d), by_data

    def values(self, parameters: Array, inputs: Inputs) -> Array:
        """Return losses."""
        _, first, second, power = self._parts(parameters, inputs)
        return np.asarray((first + second) ** power)

    def jacobian(self, parameters: Array, inputs: Inputs) -> Array:
        """Return exact derivatives."""
        gap_n, first, second, power = self._parts(parameters, inputs)
        by_size = parameters[:, 2, None]
        total = first + second
        values = total**power
        share = values * power / total
        return np.stack(
            [
                share * first * (by_size / power) / parameters[:, 0, None],
                share * second / parameters[:, 1, None],
                share * first * gap_n / power,
                values * np.log(total) - share * first * gap_n * by_size / power**2,
            ],
            axis=-1,
        )

    def guess(self, inputs: Inputs, output: Array) -> Array:
        """Return starts in which both terms explain half of the loss."""
        log_output, log_n, log_d = np.log(output), np.log(inputs["N"]), np.log(inputs["D"])
        starts = []
        for by_size, by_data, half in itertools.product((0.04, 0.08, 0.2, 0.4), (0.05, 0.1, 0.2, 0.4), (0.2, 0.5, 0.8)):
            size = np.mean(log_n + (log_output + by_data * np.log(half)) / by_size)
            data = np.mean(log_d + log_output / by_data + np.log(1 - half))
            starts.append([np.exp(size), np.exp(data), by_size, by_data])
        return np.array(starts)

    def derived(self, parameters: Array) -> dict[str, Array]:
        """Return the exponent of the loss along the best allocation of compute, ``1 / (1/alpha_N + 1/alpha_D)``."""
        return {"alpha_compute": 1 / (1 / parameters[:, 2] + 1 / parameters[:, 3])}

    def best_size(self, parameters: Array, compute: Array) -> Array:
        """Return the N at which r (N_c / N)^r equals D_c / D, with r = alpha_N / alpha_D."""
        size, data, by_size, by_data = (np.log(parameters[:, j]) for j in range(4))
        ratio = np.exp(by_size - by_data)
        return np.asarray(np.exp((np.log(ratio) + ratio * size + np.log(compute / 6) - data) / (1 + ratio)))

    def example(self) -> Example:
        """Return the published parameters on a grid of runs."""
        planted: Mapping[str, float] = {"N_c": 6.4e13, "D_c": 1.8e13, "alpha_N": 0.076, "alpha_D": 0.103}
        size = np.geomspace(1e6, 1e10, 6)
        return Example(planted, {"N": np.tile(size, 5), "D": np.repeat(np.geomspace(2e7, 2e10, 5), 6)})


ENTRY = Kaplan()
