import json

import numpy as np
import pandas as pd
import pytest

from forecast.data.resources import datasets_folder
from forecast.trends import track_record as module
from forecast.trends.choices import AUTO, Settings
from forecast.trends.hindcast import hindcast
from forecast.trends.observations import observe_models
from forecast.trends.prediction import predict
from forecast.trends.targets import TARGETS
from forecast.trends.track_record import (
    STORED_LEVELS,
    _preferred,
    backtest_of,
    choose_method,
    coverage_note,
    fingerprint,
    observations_key,
    record_notes,
    stored_scores,
    track_record,
)

BUNDLED = Settings()


@pytest.fixture(scope="module")
def compute():
    return observe_models(TARGETS["compute"])


def scores(**changed):
    row = {
        "method": "pool", "estimand": "member", "level": 0.9, "coverage": 0.9, "coverage_se": 0.03, "n": 100,
        "clusters": 8, "crps": 0.4, "crps_gain": 0.0, "crps_gain_se": 0.0, "skill": 0.5, "horizon_years": 3.0,
    }  # fmt: skip
    return row | changed


@pytest.mark.parametrize("name", TARGETS)
def test_the_stored_record_is_the_one_of_this_code_and_this_data(name):
    rows = stored_scores(observe_models(TARGETS[name]), BUNDLED)
    assert rows, "run: make trackrecord"
    assert {row["level"] for row in rows} == set(STORED_LEVELS)


def test_stored_and_computed_agree(compute):
    stored = track_record(compute, BUNDLED, "pool")
    computed = hindcast([compute], BUNDLED, methods=("pool", "persistence", "mean_ci")).rows()
    for row in computed:
        same = next(s for s in stored if all(s[k] == row[k] for k in ("method", "estimand", "level")))
        # numpy versions differ in the last digits of a mean
        kept = {
            key: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value for key, value in same.items()
        }
        assert row == {key: kept[key] for key in row}


def test_another_setting_level_or_row_is_computed_afresh(compute, monkeypatch):
    assert stored_scores(compute, Settings(frontier="top5")) == []
    assert stored_scores(observe_models(TARGETS["compute"], ("domain=Language",)), BUNDLED) == []
    rows = track_record(compute, Settings(levels=(0.7,)), "ols")
    assert {row["level"] for row in rows} == {0.7}
    monkeypatch.setattr(module, "fingerprint", lambda: "other code")
    assert stored_scores(compute, BUNDLED) == []


def test_a_missing_record_is_computed(compute, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "datasets_folder", lambda: tmp_path)
    module._stored.cache_clear()
    try:
        assert stored_scores(compute, BUNDLED) == []
        assert track_record(compute, BUNDLED, "pool")
    finally:
        module._stored.cache_clear()


def test_the_fingerprint_covers_the_code_and_its_constants(monkeypatch):
    before = fingerprint()
    monkeypatch.setattr(module, "constant", lambda name: 1.25)
    fingerprint.cache_clear()
    try:
        assert fingerprint() != before
    finally:
        fingerprint.cache_clear()


def test_the_key_follows_dates_and_sizes(compute):
    other = type(compute)(**{**vars(compute), "size": compute.size * 1.0000001})
    assert observations_key(compute) != observations_key(other)
    assert observations_key(compute) == observations_key(observe_models(TARGETS["compute"]))


def test_the_stored_file_is_what_the_command_prints():
    content = json.loads((datasets_folder() / "trackrecord.json").read_text())
    assert content["schema"] == "forecast/backtest/1"
    assert content["provenance"]["data"]["models"]


def test_a_forecast_carries_its_record():
    forecast = predict("compute", ["2027"])
    assert forecast.backtest["level"] == 0.9
    assert forecast.backtest["estimand"] == "member"
    assert 0.5 < forecast.backtest["coverage"] <= 1
    assert forecast.backtest["n"] > 100
    assert forecast.to_dict()["backtest"] == forecast.backtest
    record = predict("compute", ["2027"], estimand="record")
    assert record.backtest["estimand"] == "record"
    assert record.backtest["crps"] != forecast.backtest["crps"]


def test_the_record_is_that_of_the_method_asked_for():
    assert (
        predict("compute", ["2027"], method="theil-sen").backtest["crps"]
        != predict("compute", ["2027"]).backtest["crps"]
    )


def test_a_trend_line_and_short_data_say_why_there_is_none():
    line = predict("compute", ["2027"], estimand="trend")
    assert line.backtest is None
    assert "no-track-record" in [note.code for note in line.notes]
    frame = pd.DataFrame({"date": ["2020", "2021", "2022", "2023"], "size": [1.0, 3.0, 9.0, 31.0]})
    short = predict("size", data=frame, frontier="all", method="ols")
    assert short.backtest is None
    note = next(note for note in short.notes if note.code == "no-track-record")
    assert "4 fitted frontier members" in note.message


def test_coverage_off_is_raised_outside_two_standard_errors_only():
    assert coverage_note(scores(coverage=0.85)) is None
    narrow, wide = coverage_note(scores(coverage=0.8)), coverage_note(scores(coverage=0.99))
    assert (narrow.code, narrow.severity) == ("coverage-off", "warning")
    assert "held 80 % ± 3 of 100 later models" in narrow.message
    assert (wide.code, wide.severity) == ("coverage-off", "info")


def test_worse_than_persistence_is_a_warning():
    assert record_notes(scores()) == []
    (note,) = record_notes(scores(skill=-0.3))
    assert note.code == "no-skill"
    assert "30 % above" in note.message


def test_an_estimand_or_level_without_scores_has_none():
    assert backtest_of([scores()], "pool", "record", 0.9) is None
    assert backtest_of([scores()], "pool", "member", 0.5) is None
    assert backtest_of([scores()], "pool", "member", 0.9)["n"] == 100


def rival(gain, error, *, coverage=0.9, clusters=8):
    common = {"method": "ols", "crps_gain": gain, "crps_gain_se": error, "clusters": clusters}
    return [scores(level=0.8, coverage=coverage - 0.1, **common), scores(level=0.9, coverage=coverage, **common)]


def test_auto_keeps_the_default_unless_a_calibrated_rival_is_better_by_two_standard_errors():
    own = [scores(level=0.8, coverage=0.8), scores()]
    assert _preferred([*own, *rival(0.05, 0.01)], ["ols"]).method == "ols"
    assert "lower than the default's by 0.050 ± 0.010" in _preferred([*own, *rival(0.05, 0.01)], ["ols"]).reason
    assert _preferred([*own, *rival(0.02, 0.01)], ["ols"]).method == AUTO  # two s.e., but of eight origins
    assert _preferred([*own, *rival(0.05, 0.01, coverage=0.7)], ["ols"]).method == AUTO
    assert _preferred([*own, *rival(-0.05, 0.01)], ["ols"]).method == AUTO
    few = [row | {"clusters": 3} for row in [*own, *rival(0.05, 0.001, clusters=3)]]
    assert _preferred(few, ["ols"]).method == AUTO
    fewer = rival(0.05, 0.01, clusters=5)  # a rival that skipped origins
    assert _preferred([*own, *fewer], ["ols"]).method == AUTO


def test_auto_prefers_what_the_world_prefers():
    # One exact pace and much data: the walk's width is wasted, and the line is better by far.
    rng = np.random.default_rng(0)
    year = np.sort(rng.uniform(2012, 2026, 160))
    date = pd.to_datetime("2012-01-01") + pd.to_timedelta((year - 2012) * 365.25, unit="D")
    frame = pd.DataFrame(
        {"date": date.strftime("%Y-%m-%d"), "size": 10 ** (3 + 0.5 * (year - 2012) + 0.1 * rng.standard_normal(160))}
    )
    forecast = predict("size", data=frame, frontier="all")
    assert forecast.method in ("ols", "bootstrap", "theil_sen")
    assert "CRPS was lower than the default's" in forecast.method_reason


def test_a_method_asked_for_is_taken_and_many_points_are_not_tried(compute, monkeypatch):
    assert choose_method(compute, Settings(method="theil-sen")).method == "theil_sen"
    monkeypatch.setattr(module, "CHEAP", 10)
    choice = choose_method(compute, Settings(frontier="top5"))
    assert choice.method == AUTO
    assert choice.notes[0].code == "method-not-compared"


def test_data_too_short_to_compare_keeps_the_default():
    frame = pd.DataFrame({"date": ["2020", "2021", "2022", "2023"], "size": [1.0, 3.0, 9.0, 31.0]})
    forecast = predict("size", data=frame, frontier="all")
    assert forecast.method == AUTO
    assert "no other can be compared" in forecast.method_reason


def test_tails_past_the_largest_number_do_not_warn():
    frame = pd.DataFrame({"date": ["2020-01", "2020-02", "2020-03"], "size": [1.0, 1e9, 2.0]})
    forecast = predict("size", ["+3y"], data=frame, frontier="all", method="ols", levels=(0.999,))
    assert np.isfinite(forecast.draws).all()
    assert all(np.isfinite([row.lower, row.upper]).all() for row in forecast.rows)
