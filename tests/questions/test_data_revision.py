"""What a refresh does to growth."""

import pytest

from forecast.data.dataset import load_dataset
from forecast.data.table import Table, read_table
from forecast.questions.revision import METRICS, revise
from forecast.trends.prediction import predict


def test_growth_is_that_of_predict_and_moves_with_the_data():
    table = read_table(load_dataset("models").path)
    frame = table.frame.copy()
    late = frame["published"] >= "2024-01-01"
    frame.loc[late, "training_compute_flop"] = ""
    found = revise(table, Table(frame, "without.csv", ""))
    assert tuple(found.growth) == METRICS
    before, after = found.growth["compute"]
    assert before.factor_per_year == pytest.approx(predict("compute", method="ols").growth.factor_per_year)
    assert after.n < before.n
    assert after.factor_per_year != before.factor_per_year
    assert found.difference.columns() == {
        "training_compute_flop": int((table.frame["training_compute_flop"][late] != "").sum())
    }


def test_a_metric_that_cannot_be_fitted_is_left_open():
    table = read_table(load_dataset("models").path)
    bare = Table(table.frame.drop(columns="cost_usd"), "bare.csv", "")
    assert revise(bare, table).growth["cost"][0] is None
