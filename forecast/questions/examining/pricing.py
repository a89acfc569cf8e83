"""What a run of given compute costs at a given date: the regression that checks of claims about money share.

``log10(cost) = a + b log10(FLOP) + c year`` over notable models whose cost was computed from their own hardware and
hours, with Student-t draws (:mod:`forecast.trends.conditional`). Costs imputed from compute would answer with what was
assumed, and are left out.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.dataset import load_dataset
from forecast.dates import decimal_year
from forecast.questions.examining.examined import Effort
from forecast.trends.conditional import Conditional, DrawnConditional, fit_conditional

_MEASURED = ("reported", "derived")


@dataclass(frozen=True, eq=False)
class Price:
    """The fitted regression, its draws, and the models it was fitted to."""

    models: pd.DataFrame
    link: Conditional
    drawn: DrawnConditional
    level: float

    def at(self, compute: float, year: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return median, lower and upper cost of one run (USD) at each decimal year, of shape (3, n)."""
        log_cost = self.drawn.at(np.full((1, len(year)), math.log10(compute)), year[None, :])
        return np.asarray(10 ** np.quantile(log_cost, self._ends(), axis=0))

    def change(self) -> tuple[float, float, float]:
        """Return the factor a year at fixed compute: median, lower, upper."""
        middle, lower, upper = (float(10**end) for end in np.quantile(self.drawn.coefficients[:, 2], self._ends()))
        return middle, lower, upper

    def _ends(self) -> tuple[float, float, float]:
        return 0.5, (1 - self.level) / 2, (1 + self.level) / 2


@functools.lru_cache(maxsize=2)
def price_since(since: str, effort: Effort) -> Price:
    """Fit models published since a day (ISO)."""
    frame = load_dataset("models").frame
    kept = frame["notable"] & (frame["use"] != "excluded") & frame["cost_usd_status"].isin(_MEASURED)
    kept &= frame["training_compute_flop"].notna() & (frame["published"] >= since)
    models = frame[kept].sort_values("published", kind="stable")
    inputs = {
        "compute": np.log10(models["training_compute_flop"].to_numpy(dtype=float)),
        "year": decimal_year(models["published"].to_numpy("datetime64[D]")),
    }
    link = fit_conditional(np.log10(models["cost_usd"].to_numpy(dtype=float)), inputs, "cost")
    return Price(models, link, link.draw(effort.draws, effort.rng()), effort.level)
