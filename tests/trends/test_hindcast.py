import datetime as dt

import numpy as np
import pytest

from forecast.errors import FitError, UsageError
from forecast.scores.clustered import clustered_se
from forecast.trends.cases import MAXIMUM_OUTCOMES, Case, Ranked
from forecast.trends.choices import Settings
from forecast.trends.hindcast import coverage_se, hindcast, method_by_name
from forecast.trends.observations import Observations, observe_frame
from forecast.trends.prediction import observe
from forecast.trends.targets import Target

SIZE = Target("size", "size", "", "Size")
LEVELS = Settings(since=None, frontier="all", levels=(0.5, 0.9))


def observations(year, log_size):
    import pandas as pd

    from forecast.dates import from_decimal_year

    frame = pd.DataFrame({"published": pd.to_datetime([from_decimal_year(y) for y in year]), "size": 10.0**log_size})
    return observe_frame(SIZE, frame, "made", "0")


@pytest.fixture
def steady():
    rng = np.random.default_rng(0)
    year = np.sort(rng.uniform(2015, 2026, 150))
    return observations(year, 3 + 0.5 * (year - 2015) + 0.3 * rng.standard_normal(150))


def test_a_forecast_knows_nothing_after_its_origin(steady):
    changed = Observations(**{**vars(steady), "size": np.where(steady.year >= 2020, 1e30, steady.size)})
    before, after = (Ranked.of(o, LEVELS).known(2020.0) for o in (steady, changed))
    assert np.array_equal(before.log_size, after.log_size)
    assert before.log_record == after.log_record < 10
    assert before.year.max() < 2020
    one, other = (hindcast([o], LEVELS, origins=[2020.0]).outcomes for o in (steady, changed))
    assert one["median"].tolist() == other["median"].tolist()
    assert one["outcome"].tolist() != other["outcome"].tolist()


def test_outcomes_are_the_members_of_the_horizon_and_the_running_record(steady):
    found = hindcast([steady], LEVELS, origins=[2020.0], horizon=(1.0, 2.0)).outcomes
    member = found[found["estimand"] == "member"]
    inside = (steady.year >= 2021) & (steady.year < 2022)
    assert member["year"].tolist() == steady.year[inside].tolist()
    assert 10 ** member["outcome"].to_numpy() == pytest.approx(steady.size[inside])
    assert set(member["horizon"]) == {2.0}
    record = found[found["estimand"] == "record"]
    largest = [steady.size[steady.year <= year].max() for year in record["year"]]
    assert 10 ** record["outcome"].to_numpy() == pytest.approx(largest)
    assert (record["lower_0.9"] >= np.log10(steady.size[steady.year < 2020].max()) - 1e-12).all()


def test_a_record_that_stood_lies_inside_the_interval_floored_at_it():
    # The largest comes early, and every later member is smaller: persistence of the record is exactly right.
    year = np.linspace(2015, 2025, 101)
    size = np.where(year < 2016, 23.4567, 20.0) + 0.1 * np.sin(np.arange(101))
    found = hindcast([observations(year, size)], LEVELS, origins=[2020.0], methods=("persistence", "ols"))
    record = {r["method"]: r for r in found.rows() if r["estimand"] == "record" and r["level"] == 0.9}
    assert record["persistence"]["coverage"] == record["ols"]["coverage"] == 1
    assert record["persistence"]["width_oom"] == 0
    assert record["persistence"]["crps"] == pytest.approx(0, abs=1e-12)


def test_only_later_frontier_members_count():
    year = np.arange(2010, 2020, 0.25)
    size = np.where(np.arange(40) % 2 == 0, 3 + 0.5 * (year - 2010), 0.0)
    found = hindcast([observations(year, size)], Settings(None, "top1", levels=(0.9,)), origins=[2016.0]).outcomes
    assert found[found["estimand"] == "member"]["outcome"].min() > 5


def test_scores_of_a_group_are_those_of_its_outcomes(steady):
    found = hindcast([steady], LEVELS, origins=[2019.0, 2021.0, 2023.0], methods=("ols", "persistence"))
    row = next(r for r in found.rows() if (r["method"], r["estimand"], r["level"]) == ("ols", "member", 0.9))
    part = found.outcomes[(found.outcomes["method"] == "ols") & (found.outcomes["estimand"] == "member")]
    hit = ((part["outcome"] >= part["lower_0.9"]) & (part["outcome"] <= part["upper_0.9"])).to_numpy(dtype=float)
    assert row["n"] == len(part)
    assert row["clusters"] == 3
    assert row["coverage"] == hit.mean()
    assert row["coverage_se"] >= clustered_se(hit, np.unique(part["origin"], return_inverse=True)[1])
    assert row["crps"] == pytest.approx(part["crps"].mean())
    assert row["width_oom"] == pytest.approx((part["upper_0.9"] - part["lower_0.9"]).mean())
    persistence = found.outcomes[(found.outcomes["method"] == "persistence") & (found.outcomes["estimand"] == "member")]
    assert row["skill"] == pytest.approx(1 - part["crps"].mean() / persistence["crps"].mean())


def test_the_interval_in_the_outcomes_is_that_of_the_method(steady):
    found = hindcast([steady], LEVELS, origins=[2022.0], methods=("ols",)).outcomes
    members = Ranked.of(steady, LEVELS).known(2022.0)
    line = method_by_name("ols").fit(members).trend.line
    one = found[found["estimand"] == "member"].iloc[-1]
    mean = line.at(np.array([one["year"]]))[0]
    half = 1.66 * line.residual_sd * np.sqrt(1 + 1 / line.count + (one["year"] - line.centre) ** 2 / line.sum_squares)
    assert one["median"] == pytest.approx(mean, abs=0.03)
    assert one["upper_0.9"] - one["lower_0.9"] == pytest.approx(2 * half, rel=0.08)


def test_the_draws_do_not_depend_on_what_else_is_run(steady):
    alone = hindcast([steady], LEVELS, origins=[2021.0], methods=("pool",)).outcomes
    among = hindcast([steady], LEVELS, origins=[2019.0, 2021.0], methods=("ols", "pool", "mean_ci")).outcomes
    among = among[(among["method"] == "pool") & (among["origin"] == 2021)]
    assert alone["crps"].tolist() == among["crps"].tolist()


def test_gain_is_paired_with_the_default_on_the_same_outcomes(steady):
    found = hindcast([steady], LEVELS, origins=[2017.0, 2020.0, 2022.0], methods=("pool", "random_walk"))
    assert any("random_walk" in reason for reason in found.skipped)  # two years are too few for the walk
    rows = {r["method"]: r for r in found.rows() if r["estimand"] == "member" and r["level"] == 0.9}
    scores = found.outcomes[found.outcomes["estimand"] == "member"].pivot_table(
        index="case", columns="method", values="crps"
    )
    expected = (scores["pool"] - scores["random_walk"]).dropna()
    assert len(expected) < rows["pool"]["n"]
    assert rows["random_walk"]["crps_gain"] == pytest.approx(expected.mean())
    assert rows["pool"]["crps_gain"] == 0


def test_default_origins_have_two_years_before_and_a_member_after(steady):
    ranked = Ranked.of(steady, LEVELS)
    assert ranked.usable_origins() == [2018.0, 2019.0, 2020.0, 2021.0, 2022.0, 2023.0, 2024.0, 2025.0]
    later = Ranked.of(steady, Settings(dt.date(2020, 6, 1), "all"))
    assert later.usable_origins() == [2023.0, 2024.0, 2025.0]


def test_of_very_many_outcomes_an_even_part_is_scored():
    year = np.linspace(2015, 2024, 4000)
    case = Ranked.of(observations(year, 0.5 * (year - 2015)), LEVELS)
    found = case.case(case.known(2020.0), (0.0, 3.0))
    assert isinstance(found, Case)
    assert len(found.year) == MAXIMUM_OUTCOMES
    assert found.year[0] == pytest.approx(2020, abs=0.01)
    assert found.year[-1] == pytest.approx(2023, abs=0.01)


def test_what_is_too_short_says_what_would_be_enough():
    few = observations(np.array([2018.0, 2019.0, 2020.0]), np.array([1.0, 2.0, 3.0]))
    with pytest.raises(FitError, match="3 fitted frontier members, 2018-01-01 to 2020-01-01") as caught:
        hindcast([few], LEVELS)
    assert "5 fitted members before it, spread over 2 years" in caught.value.hint


def test_an_unknown_method_is_refused(steady):
    with pytest.raises(UsageError, match="did you mean 'theil_sen'"):
        hindcast([steady], LEVELS, methods=("teil_sen",))


def test_all_hits_in_few_clusters_are_not_taken_for_certain():
    hit, cluster = np.ones(40), np.arange(40) // 20
    assert clustered_se(hit, cluster) == 0
    assert coverage_se(hit, cluster, 0.9) == pytest.approx(np.sqrt(0.09 / 40))


@pytest.fixture(scope="module")
def bundled():
    names = ["compute", "parameters", "tokens", "cost"]
    return hindcast(
        observe(names, None, None, (), None), Settings(levels=(0.8, 0.9)), origins=(2021, 2022, 2023, 2024),
        methods=("pool", "ols", "persistence", "mean_ci"),
    )  # fmt: skip


def pooled(found, method, estimand, level=0.9):
    rows = found.rows(("method", "estimand"))
    return next(r for r in rows if (r["method"], r["estimand"], r["level"]) == (method, estimand, level))


def test_members_of_the_bundled_frontiers_were_forecast_as_claimed(bundled):
    row = pooled(bundled, "pool", "member")
    assert row["clusters"] == 16
    assert row["n"] > 300
    assert 0.90 <= row["coverage"] <= 0.97
    assert row["crps"] <= 0.47
    assert (
        abs(pooled(bundled, "pool", "member", 0.8)["coverage"] - 0.8)
        < 2 * pooled(bundled, "pool", "member", 0.8)["coverage_se"]
    )


def test_records_of_the_bundled_frontiers_were_forecast_as_claimed(bundled):
    assert 0.90 <= pooled(bundled, "pool", "record")["coverage"] <= 0.985  # 400 of 408 in the data of July 2026


def test_the_confidence_interval_of_the_mean_is_no_forecast(bundled):
    assert pooled(bundled, "mean_ci", "member")["coverage"] < 0.61
    assert pooled(bundled, "ols", "member")["coverage"] < 0.85


def test_the_default_beats_persistence_and_least_squares(bundled):
    assert pooled(bundled, "pool", "member")["skill"] > 0.4
    assert pooled(bundled, "ols", "member")["crps_gain"] < 0
