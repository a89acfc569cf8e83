import json

import pytest


def rows(outcome):
    return json.loads(outcome.out)["result"]["rows"]


def test_json_rows_hold_what_the_contract_says(cli):
    outcome = cli("backtest", "compute", "--origins", "2022:2023", "--json")
    assert outcome.code == 0
    row = rows(outcome)[0]
    assert {
        "target", "method", "estimand", "horizon_years", "level", "coverage", "coverage_se", "n", "crps",
        "interval_score", "bias_oom", "width_oom", "skill", "clusters",
    } <= set(row)  # fmt: skip
    envelope = json.loads(outcome.out)
    assert envelope["schema"] == "forecast/backtest/1"
    assert envelope["provenance"]["settings"]["origins"] == [2022.0, 2023.0]


def test_the_table_names_method_estimand_and_level(cli):
    outcome = cli("backtest", "compute", "cost", "--origins", "2022", "--level", "80")
    assert outcome.code == 0
    for words in (
        "80 % held",
        "next frontier model",
        "record so far",
        "persistence",
        "mean_ci",
        "All targets together",
    ):
        assert words in outcome.out


def test_method_all_by_horizon(cli):
    outcome = cli("backtest", "compute", "--origins", "2022", "--method", "all", "--by", "horizon", "--json")
    found = rows(outcome)
    assert {"pool", "ols", "random_walk", "theil_sen", "bootstrap", "quantile", "segmented"} <= {
        r["method"] for r in found
    }
    assert {r["horizon_years"] for r in found} == {1.0, 2.0, 3.0}


def test_one_estimand(cli):
    found = rows(cli("backtest", "compute", "--origins", "2022", "--estimand", "record", "--json"))
    assert {r["estimand"] for r in found} == {"record"}


def test_bare_vintage_means_all(cli):
    outcome = cli("backtest", "compute", "--vintage", "--json")
    assert outcome.code == 0
    envelope = json.loads(outcome.out)
    assert envelope["provenance"]["settings"]["vintages"] == ["2023-12", "2024-05", "2025-06", "2026-01", "2026-07"]
    assert {r["target"] for r in rows(cli("backtest", "--vintage", "2024-05", "--json"))} == {"compute", "parameters"}


def test_a_file_gets_the_figures(cli, tmp_path):
    outcome = cli("backtest", "compute", "--origins", "2022", "-o", tmp_path / "b.md")
    assert outcome.code == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert {"b.md", "b-coverage.svg", "b-pit.svg"} <= names
    assert "held" in (tmp_path / "b.md").read_text()


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("compute", "--origins", "1900"), 2, "before the first dated value"),
    (("compute", "--origins", "2090"), 2, "after the last dated value"),
    (("compute", "--origins", "2024", "--horizon", "9:9"), 4, "no member entered"),
    (("compute", "--vintage", "2022-01"), 2, "2023-12, 2024-05"),
    (("compute", "--vintage", "2024-05", "--origins", "2020"), 2, "contradicts"),
    (("cost", "--vintage"), 2, "hold no cost"),
    (("compute", "--method", "olss"), 2, "did you mean 'ols'"),
    (("compute", "--estimand", "trend"), 2, "no track record"),
    (("compute", "--by", "model"), 2, "is no group"),
    (("compute", "--horizon", "1:99"), 2, "is not a range of years"),
    (("--data", "x.csv"), 2, "needs the columns"),
    (("computee",), 2, "did you mean 'compute'"),
    (("compute", "--simulated"), 2, "makes its own data"),
])  # fmt: skip
def test_wrong_input_is_answered(cli, arguments, code, words):
    outcome = cli("backtest", *arguments)
    assert outcome.code == code
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_own_data_too_short_says_what_would_be_enough(cli, tmp_path):
    table = tmp_path / "short.csv"
    table.write_text("date,size\n2020,1\n2021,10\n2022,100\n")
    outcome = cli("backtest", "size", "--data", table)
    assert outcome.code == 4
    assert "3 fitted frontier members" in outcome.err
    assert "an origin needs 5 fitted members before it, spread over 2 years" in outcome.err


def test_own_data_with_dates(cli, tmp_path):
    table = tmp_path / "own.csv"
    body = "".join(f"{2010 + k // 4}-{k % 4 * 3 + 1:02d},{1.3**k:.6g}\n" for k in range(60))
    table.write_text("date,size\n" + body)
    outcome = cli("backtest", "size", "--data", table, "--json")
    assert outcome.code == 0
    assert {r["target"] for r in rows(outcome)} == {"size"}


def test_simulated_worlds_have_a_table_of_every_world(cli):
    outcome = cli("backtest", "--simulated", "--histories", "2", "--method", "ols")
    assert outcome.code == 0
    for world in ("exponential", "walk", "kink", "heavy", "saturating"):
        assert world in outcome.out


def test_predict_prints_its_track_record(cli):
    outcome = cli("predict", "compute", "--by", "2028")
    assert "Track record: 90 % intervals made this way held" in " ".join(outcome.out.split())
    backtest = json.loads(cli("predict", "compute", "--by", "2028", "--json").out)["result"]["backtest"]
    assert {"level", "coverage", "coverage_se", "n", "crps"} <= set(backtest)


def alike(one, other):
    """Equal but for the rounding of another version's arithmetic."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return one == (pytest.approx(other, rel=1e-6) if isinstance(other, float) else other)


def test_the_stored_record_is_made_by_the_command_of_the_makefile(cli, root, tmp_path):
    made = tmp_path / "trackrecord.json"
    line = next(line for line in (root / "Makefile").read_text().splitlines() if "trackrecord.json" in line)
    words = line.strip().removeprefix("$(BIN)/forecast ").replace("datasets/trackrecord.json", str(made)).split()
    assert cli(*words).code == 0
    fresh, kept = (json.loads(path.read_text()) for path in (made, root / "datasets" / "trackrecord.json"))
    assert alike(fresh["result"], kept["result"]), "run: make trackrecord"
