import numpy as np
import pytest
import statsmodels.api as sm

import forecast
from forecast.errors import FitError, UsageError
from forecast.intervals import INTERVALS
from forecast.intervals._resampling import handfuls

RNG = np.random.default_rng(4)
X = 10 ** RNG.uniform(1, 6, 60)
Y = np.exp(2.0 - 0.3 * np.log(X) + 0.1 * RNG.standard_normal(60))
TABLE = {"x": X, "y": Y}


def test_analytic_intervals_of_a_line_are_those_of_least_squares():
    ours = forecast.fit(TABLE, "power", intervals="analytic", levels=(0.9,))
    theirs = sm.OLS(np.log(Y), sm.add_constant(np.log(X))).fit()
    lower, upper = theirs.conf_int(0.1)[1]
    k = ours.parameters["k"]
    assert (k.estimate, k.se, k.lower, k.upper) == pytest.approx(
        (theirs.params[1], theirs.bse[1], lower, upper), rel=1e-8
    )
    place = np.array([[1.0, np.log(1e8)]])
    frame = theirs.get_prediction(place).summary_frame(alpha=0.1)
    for kind, columns in (("mean", ("mean_ci_lower", "mean_ci_upper")), ("next", ("obs_ci_lower", "obs_ci_upper"))):
        row = ours.predict({"x": 1e8}, (0.9,), kind).rows[0]
        assert (np.log(row.lower), np.log(row.upper)) == pytest.approx([frame[c].iloc[0] for c in columns], rel=1e-8)


def test_clustered_analytic_errors_are_those_of_the_sandwich():
    run = np.repeat(np.arange(12), 5)
    ours = forecast.fit({**TABLE, "run": run}, "power", group="run", intervals="analytic")
    theirs = sm.OLS(np.log(Y), sm.add_constant(np.log(X))).fit(cov_type="cluster", cov_kwds={"groups": run})
    assert ours.parameters["k"].se == pytest.approx(theirs.bse[1], rel=0.02)


@pytest.mark.parametrize("method", ["pairs", "residual", "analytic", "profile", "wild"])
def test_methods_agree_on_a_well_behaved_line(method):
    fit = forecast.fit(TABLE, "power", intervals=method, draws=1000, levels=(0.9,))
    reference = forecast.fit(TABLE, "power", intervals="analytic", levels=(0.9,)).parameters["k"]
    k = fit.parameters["k"]
    assert fit.draws.shape == (1000, 2)
    assert k.lower < k.estimate < k.upper
    assert k.upper - k.lower == pytest.approx(reference.upper - reference.lower, rel=0.2)


def test_the_profile_of_a_line_is_exact():
    profile = forecast.fit(TABLE, "power", intervals="profile", levels=(0.5, 0.9))
    theory = forecast.fit(TABLE, "power", intervals="analytic", levels=(0.5, 0.9))
    for name in ("A", "k"):
        for ours, exact in zip(profile.intervals[name], theory.intervals[name], strict=True):
            assert (ours.lower, ours.upper) == pytest.approx((exact.lower, exact.upper), rel=1e-4)


def test_bca_follows_a_skewed_bootstrap():
    inputs = {"x": np.geomspace(1e3, 1e7, 14)}
    rng = np.random.default_rng(1)
    table = {**inputs, "y": (1.5 + 300 * inputs["x"] ** -0.5) * np.exp(0.02 * rng.standard_normal(14))}
    plain, bca = (forecast.fit(table, "power_floor", intervals="pairs", kind=kind) for kind in ("percentile", "bca"))
    assert bca.parameters["A"].lower != plain.parameters["A"].lower
    assert bca.parameters["A"].lower < bca.parameters["A"].estimate < bca.parameters["A"].upper


def test_levels_are_nested():
    fit = forecast.fit(TABLE, "power", intervals="pairs", levels=(0.5, 0.9, 0.99))
    rows = fit.intervals["k"]
    assert [row.level for row in rows] == [0.5, 0.9, 0.99]
    assert rows[2].lower < rows[1].lower < rows[0].lower < rows[0].upper < rows[1].upper < rows[2].upper


def test_the_same_seed_gives_the_same_draws():
    first, second = (forecast.fit(TABLE, "power", intervals="pairs", rng=np.random.default_rng(7)) for _ in range(2))
    other = forecast.fit(TABLE, "power", intervals="pairs", rng=np.random.default_rng(8))
    assert np.array_equal(first.draws, second.draws)
    assert not np.array_equal(first.draws, other.draws)


def test_runs_that_share_luck_need_the_cluster_bootstrap():
    rng = np.random.default_rng(0)
    run = np.repeat(np.arange(20), 12)
    x = np.tile(np.geomspace(1e3, 1e6, 12), 20)
    luck = 0.1 * rng.standard_normal(20)[run]
    table = {"x": x, "y": np.exp(1 - 0.2 * np.log(x) + luck + 0.01 * rng.standard_normal(240)), "run": run}
    pairs = forecast.fit(table, "power", x="x", y="y", intervals="pairs")
    cluster = forecast.fit(table, "power", x="x", y="y", group="run")
    assert cluster.spec.intervals == "cluster"
    level = {"x": float(np.exp(np.log(x).mean()))}
    wide, narrow = (fit.predict(level, (0.9,)).rows[0] for fit in (cluster, pairs))
    assert wide.upper - wide.lower > 2 * (narrow.upper - narrow.lower)


def test_the_wild_bootstrap_of_a_line_is_the_covariance_hc3():
    rng = np.random.default_rng(2)
    uneven = {"x": X, "y": np.exp(2.0 - 0.3 * np.log(X) + 0.03 * np.log(X) * rng.standard_normal(60))}
    ours = forecast.fit(uneven, "power", x="x", y="y", intervals="wild", draws=8000)
    theirs = sm.OLS(np.log(uneven["y"]), sm.add_constant(np.log(X))).fit(cov_type="HC3")
    assert ours.parameters["k"].se == pytest.approx(theirs.bse[1], rel=0.03)


def test_the_wild_bootstrap_keeps_runs_together():
    run = np.repeat(np.arange(8), 6)
    rng = np.random.default_rng(3)
    x = np.tile(np.geomspace(1e3, 1e6, 6), 8)
    y = np.exp(1 - 0.2 * np.log(x) + (0.1 * rng.standard_normal(8))[run] + 0.001 * rng.standard_normal(48))
    table = {"x": x, "y": y, "run": run}
    apart, together = (
        forecast.fit(table, "power", x="x", y="y", intervals="wild", **options) for options in ({}, {"group": "run"})
    )
    level = {"x": float(np.exp(np.log(x).mean()))}
    narrow, wide = (np.log(fit.predict(level, (0.9,)).draws[:, 0]).std() for fit in (apart, together))
    # the mean of eight lucks, each missed by the mean of the other seven
    assert wide == pytest.approx(
        np.std(np.log(y).reshape(8, 6).mean(axis=1), ddof=1) * 8 / 7 * np.sqrt(7 / 64), rel=0.1
    )
    assert wide > 1.5 * narrow


def test_a_group_has_the_wild_draws_it_would_have_alone():
    rng = np.random.default_rng(5)
    family = np.repeat(["a", "b"], 20)
    x = 10 ** rng.uniform(3, 6, 40)
    y = (1.5 + 40 * x**-0.4) * np.exp(0.02 * rng.standard_normal(40))
    options = {"x": "x", "y": "y", "loss": "huber", "intervals": "wild", "draws": 100}
    both = forecast.fit({"x": x, "y": y, "family": family}, "power_floor", by_group="family", **options).summary()
    alone = forecast.fit({"x": x[20:], "y": y[20:]}, "power_floor", **options)
    assert both.loc["b", "E_lower"] == pytest.approx(alone.parameters["E"].lower, rel=1e-6)


def test_cluster_intervals_need_runs():
    with pytest.raises(UsageError, match="share a run"):
        forecast.fit(TABLE, "power", intervals="cluster")
    for method in ("cluster", "wild"):
        with pytest.raises(FitError, match="one run"):
            forecast.fit({**TABLE, "run": ["a"] * 60}, "power", group="run", intervals=method)


def test_theory_stands_in_for_resamples_of_very_many_rows():
    x = np.geomspace(1.0, 1e4, 50_001)
    y = (1 + 3 * x**-0.5) * np.exp(0.01 * np.random.default_rng(0).standard_normal(len(x)))
    fit = forecast.fit({"x": x, "y": y}, "power_floor", x="x", y="y", draws=100)
    assert fit.spec.intervals == "analytic"
    assert fit.parameters["E"].lower < 1 < fit.parameters["E"].upper


def test_every_method_says_what_it_is():
    assert INTERVALS.names() == ["analytic", "cluster", "pairs", "profile", "residual", "wild"]
    assert all(INTERVALS[name].summary for name in INTERVALS.names())


def test_many_rows_are_left_out_by_the_handful():
    rows = np.arange(2_000)
    out = handfuls(rows, np.random.default_rng(0))
    assert np.unique(out, return_counts=True)[1].tolist() == [4] * 500
    np.testing.assert_array_equal(handfuls(rows[:500], np.random.default_rng(0)), rows[:500])
    runs = np.repeat(np.arange(1_000), 2)  # the rows of a run stay together
    out = handfuls(runs, np.random.default_rng(0))
    np.testing.assert_array_equal(out[::2], out[1::2])


def test_the_wild_bootstrap_of_many_rows_is_the_covariance_hc3():
    rng = np.random.default_rng(5)
    x = np.geomspace(1.0, 1e4, 1_500)
    noise = (0.05 + 0.1 * (x > 100)) * rng.standard_normal(len(x))
    y = 3 * x**-0.5 * np.exp(noise)
    fit = forecast.fit({"x": x, "y": y}, "power", x="x", y="y", intervals="wild", draws=4000)
    theirs = sm.OLS(np.log(y), sm.add_constant(np.log(x))).fit(cov_type="HC3")
    assert fit.parameters["k"].se == pytest.approx(theirs.bse[1], rel=0.05)
