"""Cluster bootstrap: whole runs drawn with replacement, each with all of its rows (Davison and Hinkley 1997, section 3.8).

For checkpoints of the same training, seeds of the same configuration, or any rows that share their luck.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecast.errors import UsageError
from forecast.intervals._resampling import count_runs, in_blocks, refits
from forecast.laws._law import Array
from forecast.solve.search import Optimum


class Cluster:
    """Resamples of runs."""

    summary = "cluster bootstrap"
    bounds: Literal["quantiles"] = "quantiles"

    def draw(self, optimum: Optimum, groups: NDArray[np.intp], count: int, rng: np.random.Generator) -> Array:
        """Refit resamples of the runs."""
        cluster = optimum.problem.cluster
        if cluster is None:
            message = "cluster intervals need to know which rows share a run"
            raise UsageError(message, hint="name the column: --group run")
        runs = count_runs(cluster)
        share = np.full(runs, 1 / runs)
        parts = [
            refits(optimum, groups, rng.multinomial(runs, share, size=size).astype(float)[:, cluster])
            for size in in_blocks(len(cluster), count)
        ]
        return np.concatenate(parts, axis=1)


ENTRY = Cluster()
