"""Which columns of X are a law's inputs."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.estimators import PowerLawRegressor, ScalingLawRegressor


@pytest.fixture
def curve() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    size = np.geomspace(1e2, 1e7, 50)
    return size[:, None], (1.5 + 30 * size**-0.4) * np.exp(rng.normal(0, 0.01, 50))


def test_columns_left_over_are_said(curve: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = curve
    wide = np.column_stack([X, np.ones(len(y))])
    with pytest.warns(UserWarning, match="X has 2 columns and the law power takes 1"):
        first = PowerLawRegressor().fit(wide, y)
    assert first.columns_ == (0,)
    named = PowerLawRegressor(columns=[-2]).fit(wide, y)  # named, so no warning
    np.testing.assert_array_equal(named.predict(wide), first.predict(wide))


@pytest.mark.filterwarnings("ignore::forecast.estimators.DoubtfulFitWarning")
def test_sum_power_takes_what_there_is_up_to_five() -> None:
    X = 10 ** np.random.default_rng(0).uniform(1, 6, (80, 7))
    y = 1.5 + 30 * X[:, 0] ** -0.3 + 20 * X[:, 1] ** -0.4
    three = ScalingLawRegressor("sum_power").fit(X[:, :3], y)
    assert three.columns_ == (0, 1, 2)
    assert three.predict(X[:, :3]) == pytest.approx(y, rel=1e-5)
    with pytest.warns(UserWarning, match="X has 7 columns and the law sum_power takes at most 5: the first"):
        assert ScalingLawRegressor("sum_power").fit(X, y).columns_ == (0, 1, 2, 3, 4)
    with pytest.raises(ValueError, match="takes 1 to 5 columns, not 6"):
        ScalingLawRegressor("sum_power", columns=range(6)).fit(X, y)


def test_a_column_may_play_two_parts() -> None:
    size, tokens = np.meshgrid(np.geomspace(1e7, 1e10, 6), np.geomspace(1e8, 1e11, 6))
    X = np.column_stack([size.ravel(), tokens.ravel()])
    y = 1.8 + 480 * X[:, 0] ** -0.35 + 2100 * X[:, 1] ** -0.37
    twice = ScalingLawRegressor("sum_power", columns=(0, 1, 1))
    assert twice._features_needed() == 2
    with pytest.raises(ValueError, match="minimum of 2"):
        twice.fit(X[:, :1], y)
    with pytest.raises(ValueError, match="minimum of 3"):
        ScalingLawRegressor("data_constrained").fit(X, y)
