from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.errors import UsageError
from forecast.questions.sensitivity import CHOICES, _influence, find_sensitivity
from forecast.trends.choices import Settings
from forecast.trends.line import fit_line
from forecast.trends.observations import observe_models
from forecast.trends.prediction import observe, predict, settings_for
from forecast.trends.targets import TARGETS

FAST = Settings(draws=1000)


@pytest.fixture(scope="module")
def cost():
    return find_sensitivity(observe_models(TARGETS["cost"]), ["2028"], FAST, 0)


def test_the_headline_is_the_forecast(cost):
    row = cost.forecast.select("member", 0.9, cost.date)
    assert (cost.headline.median, cost.headline.lower, cost.headline.upper) == (row.median, row.lower, row.upper)
    assert cost.headline.growth == cost.forecast.growth.factor_per_year


def test_every_choice_of_the_bundled_costs_is_there(cost):
    assert set(cost.by_choice()) == set(CHOICES)


def test_a_variant_is_the_forecast_under_that_choice(cost):
    top5 = next(v for v in cost.variants if v.setting == "top5")
    same = predict("cost", ["2028"], frontier="top5", method=cost.forecast.method, draws=1000)
    assert top5.median == same.select("member", 0.9, cost.date).median
    assert top5.growth == same.growth.factor_per_year
    assert top5.n == same.fit.n


def test_the_envelope_holds_every_variant_and_the_headline(cost):
    for variant in (cost.headline, *cost.variants):
        assert cost.envelope["growth"][0] <= variant.growth <= cost.envelope["growth"][1]
        assert cost.envelope["median"][0] <= variant.median <= cost.envelope["median"][1]
        assert cost.envelope["interval"][0] <= variant.lower
        assert variant.upper <= cost.envelope["interval"][1]


def test_choices_move_growth_of_cost_further_than_its_confidence_interval(cost):
    low, high = cost.envelope["growth"]
    assert low < cost.forecast.growth.lower
    assert high > cost.forecast.growth.upper


def test_nominal_dollars_shrink_the_older_costs():
    observation = observe_models(TARGETS["cost"])
    ((label, nominal, _),) = CHOICES["dollars"](observation, FAST)
    assert "CPI" in label
    old, new = observation.year < 2020, observation.year > 2024
    assert (nominal.size[old] < observation.size[old]).all()
    assert (nominal.size[new] > observation.size[new]).all()
    in_2023 = (observation.year >= 2023) & (observation.year < 2024)
    assert nominal.size[in_2023] == pytest.approx(observation.size[in_2023])
    in_2018 = (observation.year >= 2018) & (observation.year < 2019)
    assert nominal.size[in_2018] / observation.size[in_2018] == pytest.approx(251.107 / 304.702)


def test_history_left_out_makes_false_members():
    found = find_sensitivity(observe_models(TARGETS["compute"]), ["2028"], FAST, 0, ["history"])
    (variant,) = found.variants
    assert variant.n > found.headline.n + 10
    assert variant.growth > found.headline.growth


def test_influence_is_that_of_refitting_without_each_point():
    rng = np.random.default_rng(0)
    year = np.sort(rng.uniform(2018, 2026, 30))
    value = 0.5 * year + 0.3 * rng.standard_normal(30)
    studentised, slopes = _influence(year, value)
    for k in (0, 7, 29):
        line = fit_line(np.delete(year, k), np.delete(value, k))
        assert slopes[k] == pytest.approx(line.slope)
        error = line.residual_sd * np.sqrt(1 + 1 / line.count + (year[k] - line.centre) ** 2 / line.sum_squares)
        assert studentised[k] == pytest.approx((value[k] - line.at(year[[k]])[0]) / error)


def test_a_planted_outlier_is_left_out_and_named():
    rng = np.random.default_rng(1)
    date = pd.date_range("2018-01-01", periods=40, freq="60D")
    value = 10 ** (np.arange(40) / 12 + 0.1 * rng.standard_normal(40))
    value[33] *= 1e4
    frame = pd.DataFrame({"date": date.strftime("%Y-%m-%d"), "size": value, "name": [f"m{k}" for k in range(40)]})
    (observation,) = observe(["size"], frame, None, (), None)
    settings = replace(settings_for(frame, None, "all", "ols", "member", (0.9,), 500))
    found = find_sensitivity(observation, (), settings, 0, ["outliers"])
    assert any(v.setting.startswith("without 1 outlier") for v in found.variants)
    assert any(v.setting == "without m33" for v in found.variants)
    cleaned = found.variants[0]
    assert cleaned.upper < found.headline.upper


def test_a_bare_table_has_the_choices_that_make_sense_for_it():
    frame = pd.DataFrame(
        {"date": [f"20{y}-{m:02d}" for y in range(15, 25) for m in (1, 6)], "size": 2.0 ** np.arange(20)}
    )
    (observation,) = observe(["size"], frame, None, (), None)
    found = find_sensitivity(observation, (), settings_for(frame, None, None, "auto", "record", (0.9,), 500), 0)
    assert set(found.by_choice()) <= {"frontier", "start", "outliers", "method", "known-by"}
    assert found.estimand == "record"


def test_what_cannot_be_computed_is_said():
    frame = pd.DataFrame({"date": ["2020", "2021", "2022", "2023"], "size": [1.0, 3.0, 9.0, 31.0]})
    (observation,) = observe(["size"], frame, None, (), None)
    found = find_sensitivity(observation, (), settings_for(frame, None, "all", "ols", "member", (0.9,), 500), 0)
    assert any("quantile" in reason for reason in found.skipped)


def test_an_unknown_choice_is_refused():
    with pytest.raises(UsageError, match="did you mean 'frontier'"):
        find_sensitivity(observe_models(TARGETS["cost"]), ["2028"], FAST, 0, ["fronteer"])
