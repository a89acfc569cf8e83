import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from forecast.scores.clustered import clustered_se
from forecast.scores.coverage import coverage
from forecast.scores.crps import crps
from forecast.scores.interval_score import interval_score
from forecast.scores.pit import pit
from forecast.scores.skill import skill

finite = st.floats(-50, 50)


def test_crps_of_a_normal_is_the_closed_form():
    # Gneiting and Raftery 2007, equation 21
    draws = norm.ppf((np.arange(20_000) + 0.5) / 20_000)[:, None]
    for outcome in (0.0, 0.7, -2.5):
        exact = outcome * (2 * norm.cdf(outcome) - 1) + 2 * norm.pdf(outcome) - 1 / np.sqrt(np.pi)
        assert crps(draws, np.array([outcome]))[0] == pytest.approx(exact, abs=2e-4)


def test_crps_is_the_double_sum_of_its_definition():
    rng = np.random.default_rng(1)
    draws, outcome = rng.standard_normal((40, 3)), rng.standard_normal(3)
    for k in range(3):
        x = draws[:, k]
        expected = np.abs(x - outcome[k]).mean() - np.abs(x[:, None] - x[None, :]).mean() / 2
        assert crps(draws, outcome)[k] == pytest.approx(expected, rel=1e-12)


def test_crps_is_least_for_the_true_distribution():
    rng = np.random.default_rng(2)
    outcome = rng.standard_normal(4000)
    mean = {
        (shift, scale): crps(shift + scale * rng.standard_normal((400, 4000)), outcome).mean()
        for shift, scale in ((0, 1), (0.5, 1), (0, 0.5), (0, 2))
    }
    assert min(mean, key=mean.get) == (0, 1)


@given(st.lists(finite, min_size=2, max_size=30), finite, finite)
def test_crps_moves_with_its_origin_and_is_no_more_than_the_error_of_the_draws(draws, outcome, shift):
    x, y = np.array(draws)[:, None], np.array([outcome])
    assert crps(x + shift, y + shift)[0] == pytest.approx(crps(x, y)[0], abs=1e-9)
    assert -1e-9 <= crps(x, y)[0] <= np.abs(x - y).mean() + 1e-9


@given(finite, st.floats(0, 20), finite, st.floats(0.05, 0.95))
def test_interval_score_is_the_width_inside_and_grows_outside(lower, width, outcome, level):
    low, high, y = np.array([lower]), np.array([lower + width]), np.array([outcome])
    score = interval_score(low, high, y, level)[0]
    outside = max(lower - outcome, outcome - high[0], 0.0)
    assert score == pytest.approx(high[0] - lower + 2 / (1 - level) * outside)
    assert coverage(low, high, y)[0] == (outside == 0)


def test_interval_score_prefers_the_true_interval():
    rng = np.random.default_rng(3)
    y = rng.standard_normal(20_000)

    def mean(z):
        return interval_score(np.full(len(y), -z), np.full(len(y), z), y, 0.9).mean()

    true = norm.ppf(0.95)
    assert mean(true) < mean(true * 0.7)
    assert mean(true) < mean(true * 1.4)


def test_pit_says_on_which_side_the_outcome_fell():
    draws = np.arange(101.0)[:, None]
    assert pit(draws, np.array([-1.0]))[0] == 0
    assert pit(draws, np.array([1000.0]))[0] == 1


def test_pit_is_uniform_where_the_forecast_is_true():
    rng = np.random.default_rng(4)
    values = pit(rng.standard_normal((500, 5000)), rng.standard_normal(5000))
    assert np.histogram(values, bins=10, range=(0, 1))[0] / 5000 == pytest.approx(np.full(10, 0.1), abs=0.015)


def test_clustered_error_is_the_usual_one_for_clusters_of_one_and_larger_for_alike_values():
    values = np.random.default_rng(5).standard_normal(200)
    alone = clustered_se(values, np.arange(200))
    assert alone == pytest.approx(values.std(ddof=1) / np.sqrt(200))
    alike = np.repeat(values[:20], 10)
    assert clustered_se(alike, np.repeat(np.arange(20), 10)) == pytest.approx(values[:20].std(ddof=1) / np.sqrt(20))


def test_clustered_error_agrees_with_statsmodels():
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(6)
    cluster = rng.integers(0, 12, 150)
    cluster = np.unique(cluster, return_inverse=True)[1]
    values = rng.standard_normal(150) + rng.standard_normal(12)[cluster]
    fit = OLS(values, np.ones(150)).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
    factor = np.sqrt(12 / 11)
    assert clustered_se(values, cluster) == pytest.approx(fit.bse[0] * factor)


def test_one_cluster_has_no_error():
    assert np.isnan(clustered_se(np.array([1.0, 2.0]), np.array([0, 0])))


def test_skill_is_nan_against_a_perfect_reference():
    assert np.isnan(skill(np.array([1.0]), np.array([0.0])))
    assert skill(np.array([1.0]), np.array([2.0])) == 0.5
