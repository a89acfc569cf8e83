"""Wild bootstrap: the fit plus what each run, predicted without it, is missed by, times a random number of mean 0.

It keeps the inputs as they are and lets every run, or row, scatter in its own way; and where few runs are resampled whole some
resamples hold too few different ones to determine a law, while here each holds them all. What a run is missed by is taken
from the fit to the others (as in the covariance HC3): the fit has bent towards its own rows.

References
----------
Cameron, Gelbach and Miller 2008, "Bootstrap-based improvements for inference with clustered errors", Review of Economics and
Statistics 90; the numbers are those of Webb 2023, "Reworking wild bootstrap-based inference for clustered errors", Canadian
Journal of Economics 56.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecast.intervals._resampling import count_runs, handfuls, in_blocks, leave_out, retargeted
from forecast.laws._law import Array
from forecast.solve.search import Optimum

#: Of mean 0 and variance 1, equally likely.
_WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])


class Wild:
    """Residuals with random factors."""

    summary = "wild bootstrap"
    bounds: Literal["quantiles"] = "quantiles"

    def draw(self, optimum: Optimum, groups: NDArray[np.intp], count: int, rng: np.random.Generator) -> Array:
        """Refit the fit with its leave-one-out residuals, their signs and sizes changed at random."""
        problem = optimum.problem
        rows = int(problem.counts[groups[0]])
        part = np.arange(rows) if problem.cluster is None else problem.cluster
        factors = rng.choice(_WEBB, size=(count, count_runs(part)))
        out = handfuls(part, rng)
        return np.stack([self._refit(optimum, group, part, out, factors) for group in groups])

    def _refit(
        self, optimum: Optimum, group: int, part: NDArray[np.intp], out: NDArray[np.intp], factors: Array
    ) -> Array:
        problem, theta = optimum.problem, optimum.theta[group]
        rows = len(part)

        def fitted(coordinates: Array) -> Array:
            own = None if problem.groups == 1 else np.full(len(coordinates), group)
            return problem.model.evaluate(coordinates, own).values

        without = leave_out(problem, theta, out, group)
        # a law that needs the run cannot predict it: what it is missed by with its own rows has to do
        without = np.where(np.isfinite(without), without, theta)
        here, target = fitted(theta[None])[0], problem.target[group]
        missed = (
            target[:rows]
            - np.concatenate(
                [fitted(block)[:, :rows] for block in np.array_split(without, len(in_blocks(rows, len(without))))]
            )[out, np.arange(rows)]
        )
        found = []
        for size in in_blocks(rows, len(factors)):
            drawn = np.tile(target, (size, 1))
            drawn[:, :rows] = here[:rows] + factors[:size, part] * missed
            factors = factors[size:]
            found.append(retargeted(problem, theta, drawn, group))
        return np.concatenate(found)


ENTRY = Wild()
