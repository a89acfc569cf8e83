import datetime as dt
import json

import numpy as np
import pytest

from forecast.data.table import Table
from forecast.questions.ledger import identity, make_entry, read_ledger, score_ledger
from forecast.settings import generator
from forecast.trends.hindcast import hindcast
from forecast.trends.prediction import forecast_observations, observe, settings_for

TODAY = dt.date(2026, 11, 24)


def entry_of(target="compute", by=("2026",), known_by="2024", *, estimand="member", method="ols", data=None, **options):
    settings = settings_for(data, None, None, method, estimand, (0.5, 0.9), 4000)
    (observations,) = observe([target], data, None, (), known_by)
    forecast = forecast_observations(observations, by, settings, generator(0))
    return make_entry(forecast, observations, settings, (), options.get("label", ""), options.get("made", TODAY))


@pytest.fixture(scope="module")
def entry():
    return entry_of()


def line(entry):
    return json.dumps(entry) + "\n"


def test_an_entry_is_plain_json_with_its_identity(entry):
    again = json.loads(line(entry))
    assert again == entry
    assert identity(again) == entry["id"]
    assert entry["made"] == "2026-11-24"
    assert entry["data"]["models"]
    assert entry["versions"]["numpy"]
    assert {row["estimand"] for row in entry["rows"]} == {"member", "record", "trend"}


def test_the_day_and_the_label_are_not_its_identity(entry):
    assert entry_of(label="other", made=dt.date(2030, 1, 1))["id"] == entry["id"]
    assert entry_of(by=("2027",))["id"] != entry["id"]


def test_damaged_altered_and_repeated_lines_are_named_and_left_out(entry):
    altered = dict(entry, record=1.0)
    text = line(entry) + "{not json\n" + '{"a": 1}\n' + "[]\n" + line(altered) + "\n" + line(entry) + line(entry)[:200]
    ledger = read_ledger(text, "l.jsonl")
    assert [found["id"] for found in ledger.entries] == [entry["id"]]
    said = [note.message for note in ledger.notes]
    assert len(said) == 6
    assert "line 2: is not JSON" in said[0]
    assert "line 3: is no entry" in said[1]
    assert "line 5: was changed after it was made" in said[3]
    assert "line 7: repeats" in said[4]
    assert "line 8: is not JSON" in said[5]


def test_an_empty_ledger_has_nothing_to_say():
    ledger = read_ledger("\n", "l.jsonl")
    assert ledger.entries == ledger.notes == ()
    assert score_ledger(ledger, None, (0.9,)).rows == []


def test_a_score_is_nearly_that_of_the_hindcast_it_is(entry):
    # The same forecast, made from the same data cut at the same day, scored from draws instead of quantiles.
    scored = score_ledger(read_ledger(line(entry), "l"), None, (0.5, 0.9))
    settings = settings_for(None, None, None, "ols", "member", (0.5, 0.9), 0)
    direct = hindcast(
        observe(["compute"], None, None, (), None), settings, origins=[2024.0], horizon=(0.0, 2.0), methods=("ols",)
    )
    for row in direct.rows():
        mine = next(r for r in scored.rows if (r["estimand"], r["level"]) == (row["estimand"], row["level"]))
        assert mine["n"] == row["n"]
        assert mine["crps"] == pytest.approx(row["crps"], abs=0.01)
        assert mine["bias_oom"] == pytest.approx(row["bias_oom"], abs=0.02)
        assert mine["width_oom"] == pytest.approx(row["width_oom"], rel=0.07)


def test_all_entries_are_pooled_with_origins_as_clusters(entry):
    other = entry_of(known_by="2023", by=("2025",))
    scored = score_ledger(read_ledger(line(entry) + line(other), "l"), None, (0.9,))
    pooled = next(row for row in scored.pooled if row["estimand"] == "member")
    own = [row for row in scored.rows if row["estimand"] == "member"]
    assert pooled["n"] == sum(row["n"] for row in own)
    assert pooled["clusters"] == 2


def test_a_forecast_of_the_future_waits():
    scored = score_ledger(read_ledger(line(entry_of(known_by=None, by=("2028",))), "l"), None, (0.9,))
    assert scored.rows == []
    assert "no frontier member entered since" in scored.waiting[0]


def own_table(years):
    import pandas as pd

    rng = np.random.default_rng(0)
    year = np.arange(2015, years, 0.1)
    date = [f"{int(y)}-{int(y % 1 * 12) + 1:02d}" for y in year]
    frame = pd.DataFrame(
        {
            "date": date,
            "size": [f"{v:.4g}" for v in 10 ** (3 + 0.5 * (year - 2015) + 0.1 * rng.standard_normal(len(year)))],
        }
    )
    return Table(frame, "own.csv", "0")


def test_own_data_needs_the_new_table_and_is_scored_on_it():
    entry = entry_of("size", by=("+2y",), known_by=None, data=own_table(2022))
    ledger = read_ledger(line(entry), "l")
    assert "give the new one with --data" in score_ledger(ledger, None, (0.9,)).waiting[0]
    scored = score_ledger(ledger, own_table(2025), (0.9,))
    assert scored.rows[0]["n"] > 5
    assert abs(scored.rows[0]["bias_oom"]) < 0.1
    lacking = Table(own_table(2025).frame.rename(columns={"size": "other"}), "new.csv", "0")
    assert "no column 'size'" in score_ledger(ledger, lacking, (0.9,)).waiting[0]
