"""Power laws of one input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forecast.estimators.columns import Column
from forecast.estimators.scaling_law import ScalingLawRegressor
from forecast.settings import SEED


class PowerLawRegressor(ScalingLawRegressor):
    """``y = A x^k``, or with a floor ``y = E + A x^k``.

    Parameters
    ----------
    floor : bool
        Whether there is a level that no scale gets below.
    columns : sequence of int or str, optional
        The column of ``X`` that is x; by default the first.
    loss, space, delta, intervals, draws, random_state
        As of :class:`ScalingLawRegressor`, which has the attributes too.
    """

    def __init__(
        self,
        *,
        floor: bool = False,
        columns: Sequence[Column] | None = None,
        loss: str | None = None,
        space: str | None = None,
        delta: float = 1e-3,
        intervals: str = "auto",
        draws: int = 1_000,
        random_state: int = SEED,
    ) -> None:
        self.floor = floor
        self.columns = columns
        self.loss = loss
        self.space = space
        self.delta = delta
        self.intervals = intervals
        self.draws = draws
        self.random_state = random_state

    def _law_name(self) -> str:
        return "power_floor" if self.floor else "power"

    def _options(self, inputs: int) -> dict[str, Any]:
        return {}
