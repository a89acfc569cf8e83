from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import forecast
from forecast.estimators import ChinchillaRegressor, PowerLawRegressor, ScalingLawRegressor


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    frame = forecast.load_dataset("chinchilla").frame
    frame = frame[frame["loss"] < 3.44]
    return frame.assign(tokens=frame["compute_flop"] / (6 * frame["params"]))


@pytest.fixture
def curve() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    size = np.geomspace(1e2, 1e7, 50)
    return size[:, None], (1.5 + 30 * size**-0.4) * np.exp(rng.normal(0, 0.01, 50))


def test_it_is_the_fit_of_the_command(runs: pd.DataFrame) -> None:
    law = ChinchillaRegressor(columns=["params", "tokens"]).fit(runs[["tokens", "loss", "params"]], runs["loss"])
    fit = forecast.fit(runs, "chinchilla", N="params", D="tokens", L="loss")
    assert law.columns_ == (2, 0)
    assert law.status_ == "certified"
    for name, value in law.parameters_.items():
        assert value == pytest.approx(fit.parameters[name].estimate, rel=1e-9)
    at = pd.DataFrame({"tokens": [1.4e12], "loss": [0.0], "params": [70e9]})
    found = law.predict_interval(at, 0.9, "mean")[0]
    row = fit.predict({"N": 70e9, "D": 1.4e12}, (0.9,), "mean").rows[0]
    assert law.predict(at)[0] == pytest.approx(row.estimate, rel=1e-9)
    assert found == pytest.approx([row.lower, row.upper], rel=2e-3)


def test_planted_parameters_come_back(curve: tuple[np.ndarray, np.ndarray]) -> None:
    law = PowerLawRegressor(floor=True).fit(*curve)
    assert law.parameters_["E"] == pytest.approx(1.5, rel=0.02)
    assert law.parameters_["k"] == pytest.approx(-0.4, rel=0.05)
    assert law.score(*curve) > 0.99
    general = ScalingLawRegressor(law="power_floor").fit(*curve)
    assert general.parameters_ == law.parameters_


def test_next_intervals_are_wider_and_hold_the_rows(curve: tuple[np.ndarray, np.ndarray]) -> None:
    law = PowerLawRegressor(floor=True, draws=400).fit(*curve)
    mean, ahead = (law.predict_interval(curve[0], 0.9, kind) for kind in ("mean", "next"))
    assert (np.ptp(ahead, axis=1) > np.ptp(mean, axis=1)).all()
    held = ((ahead[:, 0] <= curve[1]) & (curve[1] <= ahead[:, 1])).mean()
    assert held == pytest.approx(0.9, abs=0.1)
    again = law.predict_interval(curve[0], 0.9)
    np.testing.assert_array_equal(again, ahead)
    other = clone(law).set_params(random_state=5).fit(*curve).predict_interval(curve[0], 0.9)
    assert not np.array_equal(other, ahead)


def test_weights_are_repeated_rows(curve: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = curve
    weight = np.arange(len(y)) % 3
    weighted = PowerLawRegressor(floor=True).fit(X, y, sample_weight=weight)
    repeated = PowerLawRegressor(floor=True).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-9)


def test_zeros_are_taken_as_the_smallest_size(curve: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = curve
    law = PowerLawRegressor().fit(np.vstack([[[0.0]], X]), np.append(y[0], y))
    assert law.floor_[0] == X.min()
    assert law.predict([[0.0]]) == law.predict([[X.min()]])


@pytest.mark.parametrize(
    ("estimator", "change", "words"),
    [
        (PowerLawRegressor(), {"X": -1.0}, "Negative values"),
        (PowerLawRegressor(), {"y": -1.0}, "needs y above 0"),
        (PowerLawRegressor(), {"X": np.nan}, "NaN"),
        (PowerLawRegressor(columns=["size"]), {}, "no column 'size'"),
        (PowerLawRegressor(columns=[0, 0]), {}, "takes 1 columns, not 2"),
        (PowerLawRegressor(loss="hubre"), {}, "did you mean 'huber'"),
        (ScalingLawRegressor(law="chinchila"), {}, "did you mean 'chinchilla'"),
        (ScalingLawRegressor(law="isoflop"), {}, "no regressor"),
        (ScalingLawRegressor(law="chinchilla"), {}, "minimum of 2"),
        (ScalingLawRegressor(breaks=2), {}, "no option 'breaks'"),
    ],
)
def test_what_cannot_be_fitted_is_a_value_error(
    curve: tuple[np.ndarray, np.ndarray], estimator: ScalingLawRegressor, change: dict, words: str
) -> None:
    X, y = (values.copy() for values in curve)
    if "X" in change:
        X[3] = change["X"]
    if "y" in change:
        y[3] = change["y"]
    with pytest.raises(ValueError, match=words):
        estimator.fit(X, y)


def test_an_unfitted_estimator_says_so(curve: tuple[np.ndarray, np.ndarray]) -> None:
    for method in ("predict", "predict_interval"):
        with pytest.raises(NotFittedError):
            getattr(PowerLawRegressor(), method)(curve[0])
    law = PowerLawRegressor().fit(*curve)
    with pytest.raises(ValueError, match="Negative"):
        law.predict(-curve[0])


def test_the_module_is_reached_lazily() -> None:
    assert forecast.estimators.PowerLawRegressor is PowerLawRegressor
