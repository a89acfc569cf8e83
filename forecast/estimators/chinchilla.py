"""Loss by parameters and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forecast.estimators.columns import Column
from forecast.estimators.scaling_law import ScalingLawRegressor
from forecast.settings import SEED


class ChinchillaRegressor(ScalingLawRegressor):
    """``L = E + A / N^alpha + B / D^beta``, Huber on log residuals as published.

    Parameters
    ----------
    columns : sequence of int or str, optional
        The columns of ``X`` that are N (parameters) and D (tokens); by default the first two.
    loss, space, delta, intervals, draws, random_state
        As of :class:`ScalingLawRegressor`, which has the attributes too.

    Examples
    --------
    >>> import forecast
    >>> import numpy as np
    >>> runs = forecast.load_dataset("chinchilla").frame.query("loss < 3.44")
    >>> X = np.column_stack([runs["params"], runs["compute_flop"] / (6 * runs["params"])])
    >>> law = ChinchillaRegressor().fit(X, runs["loss"])
    >>> round(law.parameters_["alpha"], 5), round(law.parameters_["beta"], 5)
    (0.34731, 0.36717)
    """

    def __init__(
        self,
        *,
        columns: Sequence[Column] | None = None,
        loss: str | None = None,
        space: str | None = None,
        delta: float = 1e-3,
        intervals: str = "auto",
        draws: int = 1_000,
        random_state: int = SEED,
    ) -> None:
        self.columns = columns
        self.loss = loss
        self.space = space
        self.delta = delta
        self.intervals = intervals
        self.draws = draws
        self.random_state = random_state

    def _law_name(self) -> str:
        return "chinchilla"

    def _options(self, inputs: int) -> dict[str, Any]:
        return {}
