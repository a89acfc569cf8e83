"""How long a backtest of every bundled metric takes: `pytest benchmarks/test_backtest_speed.py --benchmark-only`.

Seven yearly origins, in one process: every method in less than ten seconds, the default in less than two.
"""

import pytest

from forecast.questions.backtest import run_backtest
from forecast.trends.choices import Settings
from forecast.trends.observations import observe_models
from forecast.trends.prediction import predict
from forecast.trends.targets import TARGETS

ORIGINS = [float(year) for year in range(2019, 2026)]


@pytest.mark.parametrize(("methods", "bound"), [("all", 10.0), ("auto", 2.0)])
def test_every_metric_at_seven_origins(benchmark, methods, bound):
    observations = [observe_models(target) for target in TARGETS.values()]
    benchmark.pedantic(
        lambda: run_backtest(observations, Settings(), origins=ORIGINS, methods=(methods,)), rounds=3, warmup_rounds=1
    )
    assert benchmark.stats.stats.min < bound


def test_a_forecast_with_a_track_record_that_is_not_stored(benchmark):
    benchmark.pedantic(lambda: predict("compute", ["2027"], where=["domain=Language"]), rounds=3, warmup_rounds=1)
    assert benchmark.stats.stats.min < 2.0
