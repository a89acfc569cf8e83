import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forecast
from forecast.errors import DataError, FitError, UsageError
from forecast.fitting import read_fit
from forecast.report.formats.json import plain
from forecast.report.pages.fit import fit_answer

WHERE = ("loss<3.44",)


@pytest.fixture(scope="module")
def chinchilla():
    return forecast.fit("chinchilla", "chinchilla", where=WHERE, draws=200)


def table(count=40, **columns):
    rng = np.random.default_rng(0)
    size, data = 10 ** rng.uniform(7, 10, count), 10 ** rng.uniform(9, 12, count)
    loss = (1.8 + 400 / size**0.34 + 2000 / data**0.37) * np.exp(0.005 * rng.standard_normal(count))
    return pd.DataFrame({"params": size, "tokens": data, "loss": loss}).assign(**columns)


def codes(result):
    return {note.code for note in result.notes}


def test_a_fit_survives_its_json(chinchilla):
    text = json.dumps(plain(chinchilla.to_dict()))
    again = forecast.Fit.from_dict(
        json.loads(text), [note.to_dict() for note in chinchilla.notes], chinchilla.provenance.to_dict()
    )
    assert again.to_dict() == chinchilla.to_dict()
    assert np.array_equal(again.draws, chinchilla.draws)
    assert again.notes == chinchilla.notes
    assert again.provenance == chinchilla.provenance
    place = {"N": [1e9, 70e9], "D": [2e10, 1.4e12]}
    for kind in ("mean", "next"):
        assert again.predict(place, kind=kind).to_dict() == chinchilla.predict(place, kind=kind).to_dict()


def test_the_result_has_the_shape_that_scripts_rely_on(chinchilla):
    result = chinchilla.to_dict()
    assert {
        "law",
        "formula",
        "loss",
        "n",
        "objective",
        "status",
        "starts",
        "parameters",
        "derived",
        "data_range",
        "scores",
    } <= set(result)
    assert set(result["parameters"]["alpha"]) == {"estimate", "se", "lower", "upper", "level"}
    assert result["derived"]["a"]["estimate"] == pytest.approx(0.5139, abs=1e-4)
    assert result["derived"]["a"]["estimate"] + result["derived"]["b"]["estimate"] == pytest.approx(1.0)
    assert result["starts"]["agreeing"] <= result["starts"]["n"]


def test_frames_hold_every_level(chinchilla):
    frame = chinchilla.to_frame()
    assert set(frame["level"]) == {0.5, 0.9}
    assert len(frame) == 2 * 8
    assert list(chinchilla.summary().index) == ["A", "B", "E", "alpha", "beta", "a", "b", "G"]


def test_rows_and_frame_and_file_give_the_same_numbers(tmp_path):
    frame = table()
    frame.to_csv(tmp_path / "runs.csv", index=False)
    options = {"N": "params", "D": "tokens", "L": "loss", "draws": 100}
    from_file = forecast.fit(tmp_path / "runs.csv", "chinchilla", **options)
    from_frame = forecast.fit(frame, "chinchilla", **options)
    assert np.array_equal(from_file.estimates, from_frame.estimates)
    assert np.array_equal(from_file.draws, from_frame.draws)
    assert np.isfinite(from_file.draws).all()


def test_tokens_follow_from_compute():
    frame = table()
    direct = forecast.fit(frame, "chinchilla", intervals="analytic", draws=100)
    frame["flops"] = 6 * frame["params"] * frame["tokens"]
    computed = forecast.fit(frame.drop(columns="tokens"), "chinchilla", intervals="analytic", draws=100)
    assert "computed-role" in codes(computed)
    assert computed.estimates == pytest.approx(direct.estimates, rel=1e-6)


def test_a_prediction_says_how_far_it_reaches(chinchilla):
    inside = chinchilla.predict({"N": 1e9, "D": 2e10})
    assert "extrapolation" not in codes(inside)
    assert inside.extrapolation == ({},)
    outside = chinchilla.predict({"N": 70e9, "C": 6 * 70e9 * 1.4e12})
    assert outside.extrapolation[0]["C"] == pytest.approx(1.657, abs=1e-3)
    assert any("4.33 times" in note.message for note in outside.notes)


def test_the_next_observation_scatters_more_than_the_curve(chinchilla):
    place = {"N": 1e9, "D": 2e10}
    mean, following = (chinchilla.predict(place, (0.9,), kind).rows[0] for kind in ("mean", "next"))
    assert following.lower < mean.lower < mean.upper < following.upper


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"N": 1e9}, "needs a value of D"),
        ({"N": 1e9, "D": 1e9, "Q": 1.0}, "no input 'Q'"),
        ({"N": -1.0, "D": 1e9}, "above 0"),
        ({"N": [1e9, 2e9, 3e9], "D": [1e9, 2e9]}, "2 values"),
    ],
)
def test_impossible_places_are_refused(chinchilla, place, message):
    with pytest.raises(UsageError, match=message):
        chinchilla.predict(place)


def test_parameters_can_be_held():
    fit = forecast.fit(table(), "chinchilla", fixed={"A": 400.0, "alpha": 0.34}, draws=100)
    assert fit.parameters["A"].estimate == pytest.approx(400.0)
    assert fit.parameters["alpha"].estimate == 0.34
    assert fit.parameters["alpha"].se == 0.0
    assert (fit.parameters["alpha"].lower, fit.parameters["alpha"].upper) == (0.34, 0.34)
    alone = forecast.fit(table(), "chinchilla", fixed={"A": 400.0}, draws=100)
    assert alone.parameters["A"].estimate == pytest.approx(400.0)
    assert alone.certificate.objective <= fit.certificate.objective


def test_a_floor_can_be_held_at_zero():
    fit = forecast.fit(table(), law="chinchilla", fixed={"E": 0.0}, draws=100)
    assert fit.parameters["E"].estimate == fit.parameters["E"].lower == 0.0
    assert fit_answer(fit).document.sections[0].blocks[2].rows[2][1] == "0"


def test_weights_count_like_repeated_rows():
    frame = table(weight=np.tile([1.0, 2.0], 20))
    repeated = pd.concat([frame, frame[frame["weight"] == 2]])
    options = {"intervals": "analytic", "draws": 100, "N": "params", "D": "tokens", "L": "loss"}
    weighted = forecast.fit(frame, "chinchilla", weights="weight", **options)
    twice = forecast.fit(repeated, "chinchilla", **options)
    assert weighted.estimates == pytest.approx(twice.estimates, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(scale=st.floats(1e-6, 1e6), stretch=st.floats(1e-6, 1e6))
def test_units_do_not_matter(scale, stretch):
    x = np.geomspace(1e2, 1e6, 25)
    y = (0.5 + 80 * x**-0.6) * np.exp(0.02 * np.sin(7 * np.arange(25)))
    plain_fit, scaled = (
        forecast.fit({"x": x * a, "y": y * b}, "power_floor", intervals="analytic", draws=100)
        for a, b in ((1.0, 1.0), (stretch, scale))
    )
    assert scaled.parameters["k"].estimate == pytest.approx(plain_fit.parameters["k"].estimate, rel=1e-6)
    assert scaled.parameters["E"].estimate == pytest.approx(scale * plain_fit.parameters["E"].estimate, rel=1e-6)


def test_the_order_of_rows_does_not_matter():
    frame = table()
    first = forecast.fit(frame, "chinchilla", intervals="analytic", draws=100)
    second = forecast.fit(frame.sample(frac=1, random_state=1), "chinchilla", intervals="analytic", draws=100)
    assert second.estimates == pytest.approx(first.estimates, rel=1e-7)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tokens": lambda f: 20 * f["params"]}, "collinear"),
        ({"params": lambda f: 1e9 * (1 + np.arange(len(f)) / 20)}, "narrow-range"),
        ({"params": lambda f: np.where(np.arange(len(f)) % 2, 1e8, 1e10)}, "few-sizes"),
    ],
)
def test_designs_that_cannot_tell_are_never_certified(change, code):
    fit = forecast.fit(table().assign(**change), "chinchilla", intervals="analytic", draws=100)
    assert code in codes(fit)
    assert fit.status != "certified"


def test_few_rows_are_doubted():
    assert "few-points" in codes(forecast.fit(table(12), "chinchilla", intervals="analytic", draws=100))


@pytest.mark.parametrize(
    ("frame", "error", "message"),
    [
        (table().assign(loss=-1.0), DataError, "row 0, column 'loss': '-1.0' must be greater than 0"),
        (table().assign(loss=np.where(np.arange(40) == 7, np.nan, 2.0)), DataError, "row 7, column 'loss'.*is empty"),
        (table().assign(params=np.where(np.arange(40) == 3, np.inf, 1e9)), DataError, "row 3, column 'params'.*finite"),
        (table().assign(params=["7B", *["1e9"] * 39]), DataError, "row 0, column 'params': '7B' is not a number"),
        (table().assign(params=1e9), FitError, "'params' .N. is 1e.09 in every row"),
        (table().assign(loss=2.0), FitError, "'loss' .L. is 2 in every row"),
        (table(2), FitError, "5 free parameters, and 2 rows"),
        (table(1), FitError, "1 row "),
        (table(0), DataError, "no rows"),
        (pd.concat([table(), table()["loss"]], axis=1), DataError, "'loss' stands more than once"),
    ],
)
def test_wrong_tables_are_refused_with_their_place(frame, error, message):
    with pytest.raises(error, match=message):
        forecast.fit(frame, "chinchilla")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"law": "chinchila"}, "did you mean 'chinchilla'"),
        ({"N": "parms"}, "did you mean 'params'"),
        ({"Z": "params"}, "no role 'Z'"),
        ({"loss": "hubr"}, "did you mean 'huber'"),
        ({"space": "lag"}, "did you mean 'log'"),
        ({"intervals": "pair"}, "did you mean 'pairs'"),
        ({"fixed": {"gamma": 1.0}}, "no parameter 'gamma'"),
        ({"fixed": dict.fromkeys(("A", "B", "E", "alpha", "beta"), 1.0)}, "nothing is left"),
        ({"fixed": {"alpha": -3.0}}, "alpha cannot be held at -3: it lies between 0 and 4"),
        ({"fixed": {"E": float("nan")}}, "E cannot be held at nan"),
        ({"draws": 3}, "too few"),
        ({"levels": (1.2,)}, "between 0 and 1"),
        ({"breaks": 2}, "no option 'breaks'"),
        ({"weights": "wait"}, "no column 'wait'"),
    ],
)
def test_wrong_calls_are_refused_with_a_remedy(options, message):
    with pytest.raises((UsageError, DataError), match=message):
        forecast.fit(table(), **{"law": "chinchilla", **options})


def test_missing_rows_are_dropped_on_request():
    frame = table()
    frame.loc[3, "loss"] = np.nan
    fit = forecast.fit(frame, "chinchilla", drop_missing=True, intervals="analytic", draws=100)
    assert fit.count == 39
    assert "dropped-rows" in codes(fit)


def test_files_that_hold_no_fit_are_refused(tmp_path):
    for content, error in (("{}", DataError), ("not json", DataError), ('{"schema": "forecast/fit/1"}', DataError)):
        (tmp_path / "x.json").write_text(content)
        with pytest.raises(error, match=r"x\.json"):
            read_fit(tmp_path / "x.json")
    with pytest.raises(UsageError, match="no such file"):
        read_fit(tmp_path / "none.json")


def test_dates_count_as_decimal_years():
    dates = ["2018", "2019-07", "2020-01-01", "2021", "2022"]
    fit = forecast.fit({"date": dates, "cost": [1.0, 4.0, 4.1, 10.0, 30.0]}, "exponential", y="cost")
    assert fit.inputs["t"].tolist() == [2018.0, 2019.5, 2020.0, 2021.0, 2022.0]
    assert fit.law.formula == "y = A exp(k (t - 2020))"
    assert fit.derived["factor_per_year"].estimate == pytest.approx(np.exp(fit.parameters["k"].estimate))


def test_sum_power_takes_inputs_of_any_name():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(10 ** rng.uniform(1, 5, (80, 3)), columns=["width", "depth", "data set"])
    frame["y"] = 0.5 + 3 / frame["width"] ** 0.6 + 2 / frame["depth"] ** 0.4 + 5 / frame["data set"] ** 0.5
    fit = forecast.fit(frame, "sum_power", x=["width", "depth", "data set"], y="y", intervals="analytic", draws=100)
    assert fit.parameters["k_data set"].estimate == pytest.approx(0.5, rel=1e-6)
