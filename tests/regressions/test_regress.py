from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

import forecast
from forecast.errors import DataError, FitError, UsageError
from forecast.regressions import Regression, RegressionSpec, regress
from forecast.regressions.doubts import breusch_pagan
from forecast.report.formats.json import plain

FORMULA = "log10(cost) ~ log10(compute) + year + C(domain)"


@pytest.fixture
def frame() -> pd.DataFrame:
    """Costs of planted exponent 0.7, falling 15 % a year, twice as high for vision, with scatter of 0.2 OOM."""
    rng = np.random.default_rng(3)
    count = 120
    compute = 10 ** rng.uniform(18, 26, count)
    year = rng.uniform(2015, 2026, count)
    domain = rng.choice(["Language", "Vision", "Games"], count)
    cost = 1e-10 * compute**0.7 * 0.85 ** (year - 2020) * np.where(domain == "Vision", 2.0, 1.0)
    return pd.DataFrame(
        {
            "cost": cost * 10 ** rng.normal(0, 0.2, count),
            "compute": compute,
            "year": year,
            "domain": domain,
            "lab": rng.integers(0, 40, count).astype(str),
            "weight": rng.uniform(0.5, 2, count),
        }
    )


def test_planted_truth_is_inside_its_intervals(frame: pd.DataFrame) -> None:
    fit = regress(frame, FORMULA, levels=(0.99,))
    for name, truth in (
        ("log10(compute)", 0.7),
        ("year", np.log10(0.85)),
        ("C(domain)[T.Vision]", np.log10(2)),
        ("C(domain)[T.Language]", 0.0),
    ):
        assert fit.parameters[name].lower < truth < fit.parameters[name].upper
    assert fit.derived["factor_per_year"].estimate == pytest.approx(10 ** fit.parameters["year"].estimate, rel=1e-12)
    assert fit.scores["residual_sd"] == pytest.approx(0.2, rel=0.15)
    assert fit.status == "certified"


@pytest.mark.parametrize("covariance", ["nonrobust", "HC3", "cluster"])
@pytest.mark.parametrize("weighted", [False, True])
def test_least_squares_agrees_with_statsmodels(frame: pd.DataFrame, covariance: str, weighted: bool) -> None:
    group = "lab" if covariance == "cluster" else None
    fit = regress(frame, FORMULA, covariance=covariance, group=group, weights="weight" if weighted else None)
    centred = frame.assign(year=frame["year"] - 2020, lc=np.log10(frame["compute"]), y=np.log10(frame["cost"]))
    make = smf.wls if weighted else smf.ols
    model = make("y ~ lc + year + C(domain)", centred, **({"weights": centred["weight"]} if weighted else {}))
    keywords = {"groups": np.unique(frame["lab"], return_inverse=True)[1]} if group else None
    kind = {"nonrobust": "nonrobust"}.get(covariance, covariance)
    peer = model.fit(cov_type=kind, cov_kwds=keywords, use_t=True)
    for ours, theirs in (
        ("log10(compute)", "lc"),
        ("year", "year"),
        ("C(domain)[T.Vision]", "C(domain)[T.Vision]"),
    ):
        entry = fit.parameters[ours]
        assert entry.estimate == pytest.approx(peer.params[theirs], rel=1e-9)
        assert entry.se == pytest.approx(peer.bse[theirs], rel=1e-8)
        low, high = peer.conf_int(0.1).loc[theirs]
        assert (entry.lower, entry.upper) == (pytest.approx(low, rel=1e-7), pytest.approx(high, rel=1e-7))
    if not weighted:
        assert fit.scores["r2"] == pytest.approx(peer.rsquared, rel=1e-10)
        assert fit.scores["adjusted_r2"] == pytest.approx(peer.rsquared_adj, rel=1e-10)
        # the scale is a parameter too, which statsmodels does not count
        assert fit.scores["bic"] == pytest.approx(peer.bic + np.log(len(frame)), rel=1e-10)
    if covariance == "nonrobust":
        at = {"compute": 1e25, "year": 2025.0, "domain": "Vision"}
        place = pd.DataFrame({"lc": [25.0], "year": [5.0], "domain": ["Vision"]})
        table = peer.get_prediction(place, **({"weights": frame["weight"].mean()} if weighted else {}))
        shown = table.summary_frame(alpha=0.1).iloc[0]
        mean, ahead = fit.predict(at, (0.9,)).rows[0], fit.predict(at, (0.9,), "next").rows[0]
        assert np.log10(mean.lower) == pytest.approx(shown["mean_ci_lower"], rel=1e-9)
        assert np.log10(ahead.estimate) == pytest.approx(shown["mean"], rel=1e-9)
        if not weighted:
            assert np.log10(ahead.upper) == pytest.approx(shown["obs_ci_upper"], rel=1e-9)


def test_diagnostics_agree_with_statsmodels(frame: pd.DataFrame) -> None:
    fit = regress(frame, "log10(cost) ~ log10(compute) + year")
    design = sm.add_constant(np.column_stack([np.log10(frame["compute"]), frame["year"] - 2020]))
    peer = sm.OLS(np.log10(frame["cost"]), design).fit()
    influence = peer.get_influence()
    np.testing.assert_allclose(fit.leverage, influence.hat_matrix_diag, rtol=1e-9)
    np.testing.assert_allclose(fit.cook, influence.cooks_distance[0], rtol=1e-8)
    np.testing.assert_allclose(fit.left_out, influence.resid_studentized_external, rtol=1e-8)
    assert breusch_pagan(fit) == pytest.approx(sm.stats.diagnostic.het_breuschpagan(peer.resid, design)[1], rel=1e-7)


def test_robust_and_quantile_agree_with_statsmodels(frame: pd.DataFrame) -> None:
    centred = frame.assign(lc=np.log10(frame["compute"]) - 22, y=np.log10(frame["cost"]))
    robust = regress(frame, "log10(cost) ~ log10(compute)", estimator="robust")
    peer = smf.rlm("y ~ lc", centred).fit()
    assert robust.parameters["log10(compute)"].estimate == pytest.approx(peer.params["lc"], rel=1e-6)
    assert robust.parameters["log10(compute)"].se == pytest.approx(peer.bse["lc"], rel=1e-5)
    upper = regress(frame, "log10(cost) ~ log10(compute)", quantile=0.9)
    assert upper.spec.estimator == "quantile"
    below = float((upper.residuals < 0).mean())
    assert below == pytest.approx(0.9, abs=2 / len(frame))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = smf.quantreg("y ~ lc", centred).fit(q=0.9, max_iter=5_000)
    assert upper.parameters["log10(compute)"].estimate == pytest.approx(peer.params["lc"], abs=1e-4)


@pytest.mark.parametrize("quantile", [0.25, 0.5, 0.8])
def test_quantiles_are_the_least_of_their_loss(frame: pd.DataFrame, quantile: float) -> None:
    fit = regress(frame, "log10(cost) ~ log10(compute) + year", quantile=quantile)
    design = np.column_stack([np.ones(len(frame)), np.log10(frame["compute"]) - 22, frame["year"] - 2020])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = sm.QuantReg(fit.response, design).fit(q=quantile, max_iter=5_000)
    left = fit.response - design @ peer.params
    theirs = float((left * (quantile - (left < 0))).sum())
    assert theirs - 1e-5 < fit.estimated.objective <= theirs
    # as many rows on the fit as there are coefficients
    assert int((np.abs(fit.residuals) < 1e-9).sum()) == 3
    assert fit.parameters["year"].se == pytest.approx(peer.bse[2], rel=0.1)
    scaled = regress(frame.assign(cost=frame["cost"] * 1e9), "log10(cost) ~ log10(compute) + year", quantile=quantile)
    assert scaled.parameters["year"].estimate == pytest.approx(fit.parameters["year"].estimate, rel=1e-9)


def test_a_quantile_beyond_the_rows_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(FitError, match=r"the rows do not determine the 0\.97 quantile"):
        regress(frame.head(30), "log10(cost) ~ log10(compute)", quantile=0.97)


def test_one_outlier_moves_least_squares_and_not_the_robust_fit(frame: pd.DataFrame) -> None:
    wild = frame.copy()
    wild.loc[wild["compute"].idxmax(), "cost"] *= 1e8
    names = ("log10(cost) ~ log10(compute)",)
    truth, plain_fit = (regress(data, *names).parameters["log10(compute)"].estimate for data in (frame, wild))
    robust = regress(wild, *names, estimator="robust").parameters["log10(compute)"].estimate
    assert abs(robust - truth) < 0.2 * abs(plain_fit - truth)
    codes = {note.code for note in regress(wild, *names).notes}
    assert "outliers" in codes


def test_a_line_in_time_is_the_exponential_law(frame: pd.DataFrame) -> None:
    line = regress(frame, "log10(cost) ~ year")
    law = forecast.fit(frame, "exponential", y="cost", x="year")
    ours, theirs = line.derived["factor_per_year"], law.derived["factor_per_year"]
    assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-9)
    assert (ours.lower, ours.upper) == (pytest.approx(theirs.lower, rel=1e-6), pytest.approx(theirs.upper, rel=1e-6))


def test_a_saved_regression_predicts_the_same(frame: pd.DataFrame, tmp_path: Path) -> None:
    at = {"compute": [1e25, 1e27], "year": [2025.0, 2028.0], "domain": ["Vision", "Language"]}
    for options in ({}, {"estimator": "robust"}, {"quantile": 0.9}, {"group": "lab"}, {"weights": "weight"}):
        fit = regress(frame, FORMULA, **options)
        path = tmp_path / "fit.json"
        content = {
            "schema": "forecast/fit/1",
            "result": plain(fit.to_dict()),
            "notes": [note.to_dict() for note in fit.notes],
            "provenance": plain(fit.provenance.to_dict()),
        }
        path.write_text(json.dumps(content))
        again = forecast.read_fit(path)
        assert isinstance(again, Regression)
        pd.testing.assert_frame_equal(again.to_frame(), fit.to_frame(), check_exact=True)
        assert again.scores == pytest.approx(fit.scores, nan_ok=True, abs=0)
        for kind in ("mean", "next"):
            ours, theirs = fit.predict(at, kind=kind), again.predict(at, kind=kind)
            assert ours.rows == theirs.rows
            np.testing.assert_array_equal(ours.draws, theirs.draws)
        assert again.notes == fit.notes
    with pytest.raises(UsageError, match="regression with a formula"):
        forecast.fitting.read_fit(path)
    content["result"]["state"]["variables"].pop("compute")
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match="damaged"):
        forecast.read_fit(path)


def test_draws_agree_with_the_intervals(frame: pd.DataFrame) -> None:
    fit = regress(frame, FORMULA)
    at = {"compute": 1e25, "year": 2025.0, "domain": "Vision"}
    for kind in ("mean", "next"):
        found = fit.predict(at, (0.9,), kind)
        low, high = np.log10(np.quantile(found.draws[:, 0], [0.05, 0.95]))
        width = np.log10(found.rows[0].upper) - np.log10(found.rows[0].lower)
        assert low == pytest.approx(np.log10(found.rows[0].lower), abs=0.05 * width)
        assert high == pytest.approx(np.log10(found.rows[0].upper), abs=0.05 * width)


@pytest.mark.parametrize("options", [{}, {"estimator": "robust"}, {"quantile": 0.5}])
def test_next_observation_intervals_hold_what_they_promise(options: dict) -> None:
    rng = np.random.default_rng(5)
    held = 0
    trials = 150
    for _ in range(trials):
        x = rng.uniform(0, 10, 31)
        y = 3 * 10 ** (0.2 * x + rng.normal(0, 0.3, 31))
        fit = regress({"x": x[:-1], "y": y[:-1]}, "log10(y) ~ x", **options)
        row = fit.predict({"x": x[-1]}, (0.8,), "next").rows[0]
        held += row.lower <= y[-1] <= row.upper
    assert held / trials == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / trials))


def test_extrapolation_is_told_with_how_far(frame: pd.DataFrame) -> None:
    fit = regress(frame, "log10(cost) ~ log10(compute) + year")
    found = fit.predict({"compute": [1e22, 1e28], "year": [2020.0, 2030.0]})
    assert found.extrapolation[0] == {}
    assert found.extrapolation[1]["compute"] == pytest.approx(28 - np.log10(frame["compute"].max()))
    assert found.extrapolation[1]["year"] == pytest.approx(2030 - frame["year"].max())
    assert [note.code for note in found.notes].count("extrapolation") == 2
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, 50)
    line = regress({"a": x, "b": x + rng.normal(0, 0.01, 50), "y": x + rng.normal(0, 0.1, 50)}, "y ~ a + b")
    notes = {note.code for note in line.predict({"a": 0.1, "b": 0.9}).notes}
    assert "unlike-the-data" in notes


def test_values_are_given_as_people_write_them(frame: pd.DataFrame) -> None:
    fit = regress(frame, FORMULA)
    plainly = fit.predict({"compute": 1e25, "year": 2025.5, "domain": "Vision"}).rows
    written = fit.predict({"compute": "1e25 FLOP", "year": "2025-07", "domain": "vision"}).rows
    assert plainly == written
    for at, words in (
        ({"compute": 1e25, "year": 2025}, "needs a value of domain"),
        ({"compute": 1e25, "year": 2025, "domain": "Visoin"}, "no row fitted"),
        ({"comput": 1e25}, "did you mean 'compute'"),
        ({"compute": -1.0, "year": 2025, "domain": "Vision"}, "must be above 0"),
        ({"compute": [1, 2], "year": [1, 2, 3], "domain": "Vision"}, "has 2 values"),
        ({"compute": np.inf, "year": 2025, "domain": "Vision"}, "finite"),
    ):
        with pytest.raises(UsageError, match=words):
            fit.predict(at)


def test_years_are_made_of_dates_and_short_names_found() -> None:
    fit = regress("models", "log10(cost) ~ log10(compute) + year")
    columns = {name: item.column for name, item in fit.rows.variables.items()}
    assert columns == {"cost": "cost_usd", "compute": "training_compute_flop", "year": "published"}
    models = forecast.load_dataset("models").frame
    used = models[(models["use"] == "fitted") & models["cost_usd"].notna() & models["training_compute_flop"].notna()]
    assert fit.count == len(used)
    assert fit.rows.variables["year"].values.min() == pytest.approx(2018, abs=1)
    whole = regress("models", "log10(cost) ~ log10(compute)", where=["use=any"])
    assert whole.count >= fit.count
    assert "imputed-share" in {note.code for note in fit.notes}


def test_the_year_beside_compute_halves_the_scatter_of_cost() -> None:
    """Residual sd near the frontier: about 0.3 with compute, half as much again for time alone (orders of magnitude)."""
    with_compute = regress("models", "log10(cost) ~ log10(compute) + year", where=["frontier=true"])
    alone = regress("models", "log10(cost) ~ year", where=["frontier=true"])
    assert with_compute.scores["residual_sd"] == pytest.approx(0.31, abs=0.03)
    assert alone.scores["residual_sd"] > 1.3 * with_compute.scores["residual_sd"]


def test_missing_rows_are_dropped_and_counted(frame: pd.DataFrame) -> None:
    holes = frame.copy()
    holes.loc[:9, "compute"] = np.nan
    holes.loc[5:14, "domain"] = ""
    fit = regress(holes, FORMULA)
    assert fit.count == len(frame) - 15
    note = next(note for note in fit.notes if note.code == "dropped-rows")
    assert "15 of 120 rows" in note.message
    assert "compute 10" in note.message
    assert "domain 10" in note.message
    assert fit.rows.numbers.min() == 15


def test_influential_rows_are_named() -> None:
    rng = np.random.default_rng(1)
    x = np.append(rng.uniform(0, 1, 30), 30.0)
    y = np.append(rng.normal(0, 1, 30), 90.0)
    names = [f"run {i}" for i in range(31)]
    fit = regress(pd.DataFrame({"name": names, "x": x, "y": y}), "y ~ x")
    note = next(note for note in fit.notes if note.code == "influential-rows")
    assert "run 30" in note.message
    assert "moves x" in note.message


def test_uneven_scatter_is_noticed() -> None:
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 10, 200)
    fit = regress({"x": x, "y": x + rng.normal(0, 0.05 + 0.2 * x)}, "y ~ x")
    assert next(note for note in fit.notes if note.code == "uneven-scatter").severity == "warning"
    again = regress({"x": x, "y": x + rng.normal(0, 0.05 + 0.2 * x)}, "y ~ x", covariance="hc3")
    assert next(note for note in again.notes if note.code == "uneven-scatter").severity == "info"


def test_raw_years_lose_no_digits(frame: pd.DataFrame) -> None:
    plainly = regress(frame, "log10(cost) ~ log10(compute) + year + I(year**2)")
    centred = regress(frame, "log10(cost) ~ log10(compute) + I(year - 2020) + I((year - 2020)**2)")
    last = plainly.parameters["I(year ** 2)"], centred.parameters["I((year - 2020) ** 2)"]
    assert last[0].estimate == pytest.approx(last[1].estimate, rel=1e-6)
    assert last[0].se == pytest.approx(last[1].se, rel=1e-6)
    assert plainly.status == "weakly-identified"
    assert centred.status == "certified"


def test_a_formula_without_intercept_passes_through_the_origin() -> None:
    x = np.arange(1.0, 11.0)
    fit = regress({"x": x, "y": 2 * x + 0.01 * (-1) ** np.arange(10)}, "y ~ 0 + x")
    assert fit.names == ("x",)
    assert fit.predict({"x": 0.0}).rows[0].estimate == pytest.approx(0.0, abs=1e-12)
    cells = regress({"d": list("aabbcc"), "y": [1, 2, 3, 4, 5, 6.5]}, "y ~ 0 + d")
    assert cells.parameters["d[a]"].estimate == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("columns", "formula", "error", "words"),
    [
        ({"x": [1, 2, 3, 4], "y": [1, 2, 2, 3]}, "y ~ z", DataError, "no column 'z'"),
        ({"value": [1, 2, 3, 4], "y": [1, 2, 2, 3]}, "y ~ valeu", DataError, "did you mean 'value'"),
        ({"x": [1, 0, -2, 4], "y": [1, 2, 2, 3]}, "y ~ log10(x)", DataError, "row 1, column 'x': '0' must be above 0"),
        ({"x": [1, 0, 3, 4], "y": [1, 2, 2, 0]}, "log(y) ~ x", DataError, "row 3, column 'y'"),
        ({"x": [np.nan] * 4, "y": [1, 2, 2, 3]}, "y ~ x", DataError, "empty in all 4 rows"),
        ({"x": [1, np.nan] * 2, "y": [np.nan, 2] * 2}, "y ~ x", DataError, "no row has all of"),
        ({"x": [1, "two", 3, 4], "y": [1, 2, 2, 3]}, "y ~ x", DataError, "'two' is not a number"),
        ({"x": [1, np.inf, 3, 4], "y": [1, 2, 2, 3]}, "y ~ x", DataError, "must be finite"),
        ({"x": [1, 2, 3, 4], "y": [1, 2, 2, 3]}, "y ~ x + I(2*x)", FitError, "say the same"),
        ({"x": [1, 2], "y": [1, 2]}, "y ~ x", FitError, "2 complete rows cannot determine 2"),
        ({"x": [1, 1, 1, 1], "y": [1, 2, 2, 3]}, "y ~ x", FitError, "is 1 in all 4 rows"),
        ({"x": [1, 2, 3, 4], "y": [2, 2, 2, 2]}, "y ~ x", FitError, "nothing to explain"),
        ({"d": ["a"] * 4, "y": [1, 2, 2, 3]}, "y ~ C(d)", FitError, "categories need two"),
        ({"d": list("aabb"), "y": [1, 2, 2, 3]}, "y ~ C(d, 'c')", UsageError, "no row used has d 'c'"),
        ({"d": list("aabb"), "y": [1, 2, 2, 3]}, "y ~ log(d)", DataError, "is not a number"),
        ({"d": [f"n{i}" for i in range(300)], "y": range(300)}, "y ~ d", DataError, "too many for categories"),
        ({"x": [1, 2, 3, 4], "y": [1, 2, 2, 3]}, "y ~ year", DataError, "no date column"),
    ],
)
def test_bad_input_is_refused_by_name(columns: dict, formula: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words.replace("(", r"\(")):
        regress(pd.DataFrame(columns), formula)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"estimator": "olss"}, "did you mean 'ols'"),
        ({"estimator": "wls"}, "needs weights"),
        ({"estimator": "robust", "weights": "w"}, "weights do not go"),
        ({"estimator": "robust", "covariance": "HC3"}, "does not go with the estimator robust"),
        ({"covariance": "HC9"}, "did you mean 'HC3'"),
        ({"covariance": "cluster"}, "what rows share"),
        ({"covariance": "HC3", "group": "g"}, "a group does not go"),
        ({"quantile": 1.5}, "between 0 and 1"),
        ({"quantile": 0.5, "estimator": "ols"}, "does not go"),
        ({"levels": (1.5,)}, "between 0 and 1"),
    ],
)
def test_choices_that_contradict_are_refused(options: dict, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        RegressionSpec("y ~ x", **options).resolved()


def test_hc3_and_cluster_say_when_they_do_not_exist() -> None:
    data = {"d": [*"aaaabbbb", "c"], "y": [1, 2, 2, 3, 5, 4, 6, 5, 9.0], "g": list("xxxxyyyyz")}
    with pytest.raises(FitError, match="row 8"):
        regress(data, "y ~ C(d)", covariance="HC3")
    with pytest.raises(FitError, match="3 groups"):
        regress(data, "y ~ C(d)", group="g")
