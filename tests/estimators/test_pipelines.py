"""The estimators among the tools of scikit-learn."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import forecast
from forecast.estimators import ChinchillaRegressor, DoubtfulFitWarning, PowerLawRegressor, ScalingLawRegressor


@pytest.fixture
def curve() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    size = np.geomspace(1e2, 1e7, 50)
    return size[:, None], (1.5 + 30 * size**-0.4) * np.exp(rng.normal(0, 0.01, 50))


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    frame = forecast.load_dataset("chinchilla").frame.query("loss < 3.44").sort_values("compute_flop")
    return frame.assign(tokens=frame["compute_flop"] / (6 * frame["params"]))


@pytest.mark.filterwarnings("ignore::forecast.estimators.DoubtfulFitWarning")  # of the smallest folds
def test_it_works_in_pipelines_searches_and_splits_by_size(curve: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = curve
    search = GridSearchCV(
        make_pipeline(FunctionTransformer(np.sqrt), ScalingLawRegressor()),
        {"scalinglawregressor__law": ["power", "power_floor"], "scalinglawregressor__loss": ["mse", "huber"]},
        cv=TimeSeriesSplit(3),
        scoring="neg_mean_absolute_error",
    ).fit(X, y)
    assert search.best_params_["scalinglawregressor__law"] == "power_floor"
    scores = cross_val_score(
        PowerLawRegressor(floor=True), X, y, cv=TimeSeriesSplit(3), scoring="neg_mean_absolute_error"
    )
    assert (scores > -0.1).all()
    saved = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(saved.predict(X), search.predict(X))


@pytest.mark.filterwarnings("ignore::forecast.estimators.DoubtfulFitWarning")
def test_a_search_over_laws_finds_the_one_that_predicts_larger_runs(runs: pd.DataFrame) -> None:
    search = GridSearchCV(
        ScalingLawRegressor(),
        {"law": ["kaplan", "chinchilla", "overtraining"]},
        cv=TimeSeriesSplit(3),
        scoring="neg_mean_absolute_error",
    ).fit(runs[["params", "tokens"]], runs["loss"])
    assert search.best_params_ == {"law": "chinchilla"}
    assert search.best_estimator_.status_ == "certified"
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_names_of_columns_pass_through_a_pipeline_of_frames(runs: pd.DataFrame) -> None:
    mixed = runs[["tokens", "params"]]
    pipeline = make_pipeline(
        FunctionTransformer(lambda frame: frame * 1.0, feature_names_out="one-to-one"),
        ChinchillaRegressor(columns=["params", "tokens"]),
    ).set_output(transform="pandas")
    pipeline.fit(mixed, runs["loss"])
    assert list(pipeline[-1].feature_names_in_) == ["tokens", "params"]
    assert pipeline[-1].columns_ == (1, 0)
    assert pipeline[-1].parameters_["alpha"] == pytest.approx(0.34731, abs=1e-5)
    again = clone(pipeline).fit(mixed, runs["loss"])
    np.testing.assert_array_equal(again.predict(mixed), pipeline.predict(mixed))
    with pytest.raises(ValueError, match="feature names"):
        pipeline[-1].predict(runs[["params", "tokens"]])


def test_a_fold_without_enough_rows_warns_and_scores(curve: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = curve
    with pytest.warns(DoubtfulFitWarning):
        scores = cross_val_score(
            ScalingLawRegressor("broken_power"), X[:8], y[:8], cv=2, scoring="neg_mean_absolute_error"
        )
    assert np.isfinite(scores).all()
