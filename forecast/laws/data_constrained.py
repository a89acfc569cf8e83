"""Loss when data is repeated: repeated tokens and excess parameters are worth ever less (Muennighoff et al. 2023)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from forecast.laws._law import Array, Example, Input, Inputs, Law, Parameter
from forecast.laws._projection import project
from forecast.laws.chinchilla import ENTRY as CHINCHILLA

_REUSE = (0.5, 2.0, 6.0, 15.0, 50.0)


class DataConstrained(Law):
    """``L = E + A / N'^alpha + B / D'^beta`` with effective parameters N' and tokens D'."""

    name = "data_constrained"
    title = "data-constrained law"
    formula = (
        "L = E + A / N'^alpha + B / D'^beta, D' = U (1 + R_D (1 - exp((1 - D / U) / R_D))), "
        "N' = U_N (1 + R_N (1 - exp((1 - N / U_N) / R_N))), U_N = min(N, (U G)^(beta / alpha) G), "
        "G = (alpha A / (beta B))^(1 / (alpha + beta))"
    )
    reference = "Muennighoff et al. 2023, arXiv 2305.16264, equations 4 and 5"
    inputs = (Input("N", "parameters"), Input("D", "training tokens"), Input("U", "unique tokens"))
    parameters = (
        Parameter("A", "loss from finite parameters, at N = 1", 0.0, positive=True),
        Parameter("B", "loss from finite data, at D = 1", 0.0, positive=True),
        Parameter("E", "irreducible loss", 0.0, positive=True),
        Parameter("alpha", "exponent of parameters", 1e-3, 4.0, positive=True),
        Parameter("beta", "exponent of tokens", 1e-3, 4.0, positive=True),
        Parameter("R_D", "epochs after which repeated tokens lose their worth", 1e-3, 1e5, positive=True),
        Parameter("R_N", "the same of parameters beyond those that the unique tokens need", 1e-3, 1e5, positive=True),
    )
    loss = "huber"

    def _parts(self, parameters: Array, inputs: Inputs) -> tuple[Any, ...]:
        a, b, _, alpha, beta, reuse_d, reuse_n = (parameters[:, j, None] for j in range(7))
        size, data, unique = inputs["N"], inputs["D"], np.minimum(inputs["U"], inputs["D"])
        log_g = (np.log(alpha) + np.log(a) - np.log(beta) - np.log(b)) / (alpha + beta)
        with np.errstate(over="ignore", divide="ignore"):  # what is too large to write is at its limit below
            needed = np.exp((beta / alpha) * (np.log(unique) + log_g) + log_g)
            base = np.minimum(size, needed)
            excess_n, excess_d = size / base - 1, data / unique - 1
        faded_n, faded_d = -np.expm1(-excess_n / reuse_n), -np.expm1(-excess_d / reuse_d)
        worth_n, worth_d = base * (1 + reuse_n * faded_n), unique * (1 + reuse_d * faded_d)
        return log_g, needed < size, base, unique, excess_n, excess_d, faded_n, faded_d, worth_n, worth_d

    def values(self, parameters: Array, inputs: Inputs) -> Array:
        """Return losses."""
        *_, worth_n, worth_d = self._parts(parameters, inputs)
        a, b, floor, alpha, beta = (parameters[:, j, None] for j in range(5))
        return np.asarray(floor + a * worth_n**-alpha + b * worth_d**-beta)

    def jacobian(self, parameters: Array, inputs: Inputs) -> Array:
        """Return exact derivatives; where the unique tokens need just N parameters the law has a kink."""
        return self.values_and_jacobian(parameters, inputs)[1]

    def values_and_jacobian(self, parameters: Array, inputs: Inputs) -> tuple[Array, Array]:
        """Return both; effective parameters and tokens are computed once."""
        log_g, scarce, base, unique, excess_n, excess_d, faded_n, faded_d, worth_n, worth_d = self._parts(
            parameters, inputs
        )
        a, b, floor, alpha, beta, reuse_d, reuse_n = (parameters[:, j, None] for j in range(7))
        by_size, by_data = a * worth_n**-alpha, b * worth_d**-beta
        # through log N': its derivative with respect to log U_N, then those of log U_N
        kept = 1 - faded_n
        through = np.where(scarce, 1 - (excess_n + 1) * kept / (1 + reuse_n * faded_n), 0.0)
        pull = -by_size * alpha * through
        per_g, ratio, total = (beta + alpha) / alpha, beta / alpha, alpha + beta
        reach = np.log(unique) + log_g
        columns = [
            by_size / a + pull * per_g / (total * a),
            by_data / b - pull * per_g / (total * b),
            np.ones_like(by_size),
            -by_size * np.log(worth_n) + pull * (-(ratio / alpha) * reach + per_g * (1 / alpha - log_g) / total),
            -by_data * np.log(worth_d) + pull * (reach / alpha + per_g * (-1 / beta - log_g) / total),
            -by_data * beta * unique * (faded_d - excess_d / reuse_d * (1 - faded_d)) / worth_d,
            -by_size * alpha * base * (faded_n - excess_n / reuse_n * kept) / worth_n,
        ]
        return np.asarray(floor + by_size + by_data), np.stack(np.broadcast_arrays(*columns), axis=-1)

    def guess(self, inputs: Inputs, output: Array) -> Array:
        """Return the best Chinchilla starts for the runs of few epochs, each with several worths of reuse."""
        few = inputs["D"] <= 4 * inputs["U"]
        few = few if few.sum() >= 8 else np.ones(len(output), dtype=bool)
        rows = {name: inputs[name][None, few] for name in ("N", "D")}
        model = CHINCHILLA.model(rows, "log")
        target = np.log(output[few])[None]
        theta = project(model, target, np.ones_like(target), np.zeros(1, dtype=int))[0]
        order = np.argsort(np.abs(model.evaluate(theta).values - target).sum(axis=1))[:4]
        base = model.natural(theta[order])
        reuse = np.array(list(itertools.product(_REUSE, _REUSE)))
        return np.concatenate([np.repeat(base, len(reuse), axis=0), np.tile(reuse, (len(base), 1))], axis=1)

    def example(self) -> Example:
        """Return the published parameters on a grid of runs, some of many epochs."""
        planted = {"A": 521.0, "B": 1488.0, "E": 1.87, "alpha": 0.35, "beta": 0.36, "R_D": 15.4, "R_N": 5.3}
        size, unique = np.geomspace(1e7, 1e10, 6), np.geomspace(1e8, 1e10, 4)
        epochs = np.array([1.0, 3.0, 10.0, 40.0])
        grid = np.array(list(itertools.product(size, unique, epochs)))
        return Example(planted, {"N": grid[:, 0], "D": grid[:, 1] * grid[:, 2], "U": grid[:, 1]})


ENTRY = DataConstrained()
