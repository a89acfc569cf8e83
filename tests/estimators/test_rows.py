"""The same data give the same fit, however their rows are written."""

from __future__ import annotations

import numpy as np
import pytest

import forecast
from forecast.estimators import DoubtfulFitWarning, ScalingLawRegressor
from forecast.laws import LAWS

OPEN = ("kaplan", "overtraining", "broken_power", "logistic")


def noise(inputs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.random((16, inputs)), rng.integers(1, 4, 16).astype(float), rng.integers(0, 4, 16)


@pytest.mark.parametrize("law", OPEN)
def test_where_the_data_leave_a_law_open_order_and_repeats_do_not_count(law: str) -> None:
    X, y, weight = noise(len(LAWS[law].inputs))
    order = np.random.default_rng(0).permutation(16)
    with pytest.warns(DoubtfulFitWarning):
        weighted = ScalingLawRegressor(law).fit(X[order], y[order], sample_weight=weight[order])
    with pytest.warns(DoubtfulFitWarning):
        repeated = ScalingLawRegressor(law).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert weighted.status_ == repeated.status_ != "certified"
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-12)
    assert repeated.fit_.count == weight.sum()  # the rows as they came, for intervals
    assert weighted.fit_.count == (weight > 0).sum()


def test_rows_that_repeat_count_in_intervals() -> None:
    size = np.geomspace(1e6, 1e9, 12)
    loss = (1.7 + 400 * size**-0.34) * (1 + 0.01 * np.sin(5 * np.arange(12)))
    once = ScalingLawRegressor("power", draws=400).fit(size[:, None], loss)
    often = ScalingLawRegressor("power", draws=400).fit(np.tile(size, 9)[:, None], np.tile(loss, 9))
    narrow, wide = (np.ptp(e.predict_interval(size[:, None], kind="mean"), axis=1) for e in (often, once))
    assert (narrow < 0.5 * wide).all()
    fit = forecast.fit({"x": np.tile(size, 9), "y": np.tile(loss, 9)}, "power")
    assert often.fit_.estimates.tolist() == fit.estimates.tolist()


def test_intervals_of_an_open_fit_lie_around_its_curve() -> None:
    X, y, weight = noise(1)
    X, y = np.repeat(X, weight + 1, axis=0), np.repeat(y, weight + 1)
    with pytest.warns(DoubtfulFitWarning):
        law = ScalingLawRegressor("broken_power", draws=200).fit(X, y)
    bounds = law.predict_interval(X, 0.9, "mean")
    inside = (bounds[:, 0] <= law.predict(X) * (1 + 1e-9)) & (law.predict(X) <= bounds[:, 1] * (1 + 1e-9))
    assert inside.mean() > 0.7
