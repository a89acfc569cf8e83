"""Every method: planted truth is recovered, forecasts are calibrated where the world is what the method assumes."""

import numpy as np
import pytest
from scipy.stats import theilslopes

from forecast.data.constants import constant
from forecast.errors import FitError
from forecast.trends.baselines import BASELINES
from forecast.trends.hindcast import method_by_name
from forecast.trends.members import Members
from forecast.trends.methods import METHODS

ALL = [*METHODS.names(), *BASELINES]
FORECASTING = METHODS.names()


def line_world(seed=0, count=80, slope=0.6, scatter=0.3, first=2018.0, origin=2026.0):
    rng = np.random.default_rng(seed)
    year = np.sort(rng.uniform(first, origin, count))
    value = 22 + slope * (year - first) + scatter * rng.standard_normal(count)
    return Members(year, value, origin, float(value.max()))


@pytest.mark.parametrize("name", FORECASTING)
def test_a_planted_slope_is_recovered(name):
    growth = method_by_name(name).fit(line_world()).trend.growth(0.9)
    # the last piece of a broken line sees only part of the points
    assert growth.slope == pytest.approx(0.6, abs=0.12 if name == "segmented" else 0.06)
    assert growth.lower < growth.slope < growth.upper


@pytest.mark.parametrize("name", FORECASTING)
def test_without_scatter_the_forecast_is_the_line(name):
    members = line_world(scatter=1e-9)
    at = np.array([2027.0])
    trend = method_by_name(name).fit(members).trend
    middle, lower, upper = trend.mean_interval(at, 0.9)
    # yearly means stand at the middle of their years only on average
    assert middle[0] == pytest.approx(22 + 0.6 * 9, abs=0.1 if name == "random_walk" else 1e-3)
    assert lower[0] <= middle[0] <= upper[0]
    drawn = np.median(trend.sample(at, 4000, np.random.default_rng(0)))
    assert drawn == pytest.approx(22 + 0.6 * 9, abs=0.1 if name in ("random_walk", "pool") else 2e-3)


@pytest.mark.parametrize("name", ALL)
def test_draws_have_their_shape_are_finite_and_follow_the_seed(name):
    trend = method_by_name(name).fit(line_world()).trend
    at = np.array([2026.5, 2027.0, 2028.9])
    drawn = trend.sample(at, 501, np.random.default_rng(3))
    assert drawn.shape == (501, 3)
    assert np.isfinite(drawn).all()
    assert np.array_equal(drawn, trend.sample(at, 501, np.random.default_rng(3)))


@pytest.mark.parametrize("name", ALL)
def test_intervals_grow_with_their_level(name):
    trend = method_by_name(name).fit(line_world()).trend
    at = np.array([2027.0])
    narrow, wide = trend.mean_interval(at, 0.5), trend.mean_interval(at, 0.9)
    assert wide[1][0] <= narrow[1][0] <= narrow[0][0] <= narrow[2][0] <= wide[2][0]
    assert trend.growth(0.5).lower >= trend.growth(0.9).lower


@pytest.mark.parametrize(("name", "least", "most"), [
    ("ols", 0.86, 0.94), ("bootstrap", 0.84, 0.94), ("theil_sen", 0.83, 0.94), ("pool", 0.90, 1.0),
    ("random_walk", 0.88, 1.0), ("quantile", 0.70, 0.92), ("mean_ci", 0.1, 0.5), ("persistence", 0.0, 0.5),
])  # fmt: skip
def test_coverage_in_a_world_of_one_line(name, least, most):
    hits = []
    for seed in range(60 if name == "quantile" else 150):
        whole = line_world(seed, count=100, origin=2027.0)
        known = whole.year < 2026
        members = Members(whole.year[known], whole.log_size[known], 2026.0, float(whole.log_size[known].max()))
        trend = method_by_name(name).fit(members).trend
        drawn = trend.sample(whole.year[~known], 400, np.random.default_rng(seed))
        lower, upper = np.quantile(drawn, [0.05, 0.95], axis=0)
        hits += ((whole.log_size[~known] >= lower) & (whole.log_size[~known] <= upper)).tolist()
    assert least <= np.mean(hits) <= most


@pytest.mark.parametrize("name", FORECASTING)
def test_one_day_and_two_points_are_refused(name):
    method = method_by_name(name)
    with pytest.raises(FitError):
        method.fit(Members(np.full(20, 2020.0), np.arange(20.0), 2021.0, 19.0))
    with pytest.raises(FitError):
        method.fit(Members(np.array([2019.0, 2020.0]), np.array([1.0, 2.0]), 2021.0, 2.0))


@pytest.mark.parametrize("name", ALL)
def test_equal_sizes_do_not_break_a_method(name):
    year = np.linspace(2018, 2025.9, 40)
    trend = method_by_name(name).fit(Members(year, np.full(40, 20.0), 2026.0, 20.0)).trend
    drawn = trend.sample(np.array([2027.0]), 200, np.random.default_rng(0))
    assert np.median(drawn) == pytest.approx(20, abs=0.1)


def test_theil_sen_agrees_with_scipy():
    members = line_world(seed=3, count=61)
    growth = method_by_name("theil_sen").fit(members).trend.growth(0.9)
    peer = theilslopes(members.log_size, members.year, alpha=0.9)
    assert growth.slope == pytest.approx(peer.slope, rel=1e-12)
    assert [growth.lower, growth.upper] == pytest.approx([peer.low_slope, peer.high_slope], abs=2e-3)


def test_theil_sen_shrugs_off_an_outlier_that_moves_least_squares():
    members = line_world(seed=1)
    value = members.log_size.copy()
    value[-6:] += 6
    spoilt = Members(members.year, value, members.origin, float(value.max()))
    assert method_by_name("theil_sen").fit(spoilt).trend.growth(0.9).slope == pytest.approx(0.6, abs=0.12)
    assert method_by_name("ols").fit(spoilt).trend.growth(0.9).slope > 0.8


def test_theil_sen_of_many_points_uses_a_fixed_subset():
    members = line_world(count=3000)
    one, other = (method_by_name("theil_sen").fit(members).trend.growth(0.9) for _ in range(2))
    assert one == other
    assert one.slope == pytest.approx(0.6, abs=0.02)


def test_quantile_lines_agree_with_statsmodels():
    from statsmodels.regression.quantile_regression import QuantReg

    members = line_world(seed=5, count=67)
    trend = method_by_name("quantile").fit(members).trend
    design = np.column_stack([np.ones(67), members.year - members.year.mean()])
    fit = QuantReg(members.log_size, design).fit(q=0.5, p_tol=1e-9, max_iter=20_000)
    assert [trend.levels[8], trend.slopes[8]] == pytest.approx(list(fit.params), abs=1e-4)


def test_a_quantile_line_has_its_share_of_points_below_it():
    members = line_world(seed=8, count=200)
    trend = method_by_name("quantile").fit(members).trend
    ahead = members.year - members.year.mean()
    below = (members.log_size < trend.levels[1] + trend.slopes[1] * ahead - 1e-9).mean()
    assert 0.03 <= below <= 0.05  # the 5 % line passes through two points


def test_the_break_of_a_broken_line_is_found():
    rng = np.random.default_rng(0)
    year = np.sort(rng.uniform(2015, 2025, 120))
    value = 20 + 0.2 * (year - 2015) + 0.6 * np.maximum(year - 2020, 0) + 0.05 * rng.standard_normal(120)
    fitted = method_by_name("segmented").fit(Members(year, value, 2025.0, float(value.max())))
    assert abs((fitted.details["break_date"].year + fitted.details["break_date"].month / 12) - 2020) < 0.25
    assert fitted.details["factor_per_year_before"] == pytest.approx(10**0.2, rel=0.03)
    assert fitted.details["factor_per_year_after"] == pytest.approx(10**0.8, rel=0.03)
    assert fitted.details["bic_gain"] > 100
    assert fitted.notes[0].code == "diagnostic-method"


def test_a_line_without_a_break_gains_nothing_from_one():
    assert method_by_name("segmented").fit(line_world(seed=2)).details["bic_gain"] < 2


def test_the_random_walk_recovers_drift_step_and_scatter():
    rng = np.random.default_rng(4)
    steps, per_year = 400, 30
    levels = np.cumsum(0.5 + 0.3 * rng.standard_normal(steps))
    year = np.repeat(np.arange(steps) + 0.5, per_year)
    value = np.repeat(levels, per_year) + 0.2 * rng.standard_normal(steps * per_year)
    walk = method_by_name("random_walk").fit(Members(year, value, float(steps), float(value.max()))).trend
    assert walk.drift == pytest.approx(0.5, abs=0.05)
    assert walk.step_sd == pytest.approx(0.3, abs=0.04)
    assert walk.scatter == pytest.approx(0.2, abs=0.01)
    drawn = walk.sample(np.array([steps + 8.5]), 50_000, rng)
    assert drawn.std() == pytest.approx(
        np.sqrt(9 * walk.step_sd**2 + walk.scatter**2 + (9 * walk.step_sd) ** 2 / 399), rel=0.03
    )


def test_the_error_of_yearly_means_is_no_step_of_the_walk():
    rng = np.random.default_rng(11)
    year = np.repeat(np.arange(200) + 0.5, 2)
    value = 0.5 * year + 0.4 * rng.standard_normal(400)  # no walk at all, two members a year
    walk = method_by_name("random_walk").fit(Members(year, value, 200.0, float(value.max()))).trend
    assert walk.scatter == pytest.approx(0.4, abs=0.05)
    assert walk.step_sd < 0.2  # their differences alone scatter by 0.4


def test_few_steps_borrow_the_scatter_of_the_prior_and_many_do_not():
    def walk(steps, scatter):
        rng = np.random.default_rng(9)
        year = np.arange(steps + 1) + 0.5
        value = np.cumsum(0.5 + scatter * rng.standard_normal(steps + 1))
        return method_by_name("random_walk").fit(Members(year, value, steps + 1.0, float(value.max()))).trend

    prior, weight = constant("random_walk_prior_step_oom"), constant("random_walk_prior_weight")
    assert walk(2, 0.0).step_sd == pytest.approx(prior * np.sqrt(weight / (weight + 1)))
    assert walk(2, 0.0).freedom == weight + 1
    assert walk(500, 0.1).step_sd == pytest.approx(0.1, abs=0.01)


def test_a_walk_of_too_few_years_is_refused_and_the_pool_says_so():
    members = line_world(first=2024.0, count=20)
    with pytest.raises(FitError, match="needs 2 yearly steps"):
        method_by_name("random_walk").fit(members)
    fitted = method_by_name("pool").fit(members)
    assert [note.code for note in fitted.notes] == ["line-only"]
    assert len(fitted.trend.parts) == 1


def test_the_pool_is_equal_parts_of_line_and_walk():
    members = line_world(seed=6)
    pool = method_by_name("pool").fit(members).trend
    line, walk = pool.parts
    at = np.array([2028.0])
    rng = np.random.default_rng(0)
    parts = np.concatenate([part.sample(at, 40_000, rng) for part in (line, walk)])
    drawn = pool.sample(at, 80_000, rng)
    for probability in (0.05, 0.5, 0.95):
        assert np.quantile(drawn, probability) == pytest.approx(np.quantile(parts, probability), abs=0.03)


def test_persistence_repeats_the_last_year():
    members = line_world()
    drawn = BASELINES["persistence"].fit(members).trend.sample(np.array([2030.0]), 500, np.random.default_rng(0))
    assert set(drawn[:, 0]) <= set(members.log_size[members.year > 2025])


def test_persistence_of_a_quiet_year_repeats_the_last_three():
    members = Members(np.array([2018.0, 2019, 2020, 2021]), np.arange(4.0), 2024.0, 3.0)
    drawn = BASELINES["persistence"].fit(members).trend.sample(np.array([2025.0]), 500, np.random.default_rng(0))
    assert set(drawn[:, 0]) == {1.0, 2.0, 3.0}
