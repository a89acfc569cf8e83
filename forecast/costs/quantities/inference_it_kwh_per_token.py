"""Computing energy of one generated token: chips that hold the model and their share of the server.

Regressions of energy and latency on active parameters and batch; the more requests share a batch, the less one costs.
Reference: EcoLogits, https://ecologits.ai, methodology of large language models (fitted on the ML.ENERGY leaderboard).
"""

from __future__ import annotations

import numpy as np

from forecast.costs.quantity import Quantity, Rule, Values
from forecast.data.lookup import range_of


def from_regression(
    active_parameters: Values, inference_chips: Values, inference_batch: Values, chips_per_server: Values
) -> Values:
    """Return kilowatt-hours per token."""
    billions, batch = np.asarray(active_parameters) / 1e9, np.asarray(inference_batch)
    chip_wh = _fitted("wh_per_token_slope") * np.exp(_fitted("wh_per_token_decay") * batch) * billions
    chip_wh = chip_wh + _fitted("wh_per_token_base")
    seconds = (
        _fitted("s_per_token_slope") * billions + _fitted("s_per_token_batch") * batch + _fitted("s_per_token_base")
    )
    server_wh = _fitted("server_w") / chips_per_server * seconds / 3600 / batch
    return np.asarray(inference_chips * (chip_wh + server_wh) / 1000)


def _fitted(coefficient: str) -> float:
    return range_of(f"inference_{coefficient}").value


ENTRY = Quantity("inference_it_kwh_per_token", "kWh", "computing energy of one token in use", (Rule(from_regression),))
