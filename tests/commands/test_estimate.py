"""`forecast estimate` as a user runs it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from forecast.app import run

SIZE = ["--params", "70B", "--tokens", "15T"]


@pytest.fixture
def forecast_json(capsys):
    def command(*words):
        code = run(["estimate", *words, "--json", "-q"])
        assert code == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return command


def test_bloom_energy_is_exact(forecast_json):
    words = [
        "chip_hours=1082990", "chip_power_w=400", "server_factor=1", "load_factor=1", "pue=1",
    ]  # fmt: skip
    result = forecast_json(*(part for word in words for part in ("--set", word)))["result"]
    energy = result["quantities"]["energy_kwh"]
    assert (energy["median"], energy["lower"], energy["upper"]) == (433196, 433196, 433196)
    assert "carbon_kg" not in result["quantities"]
    assert result["assumptions"] == []


def test_envelope_and_defaults(forecast_json):
    envelope = forecast_json(*SIZE)
    assert envelope["schema"] == "forecast/estimate/1"
    assert envelope["provenance"]["seed"] == 0
    assert envelope["result"]["quantities"]["cost_usd"]["median"] > 1e6
    assert {"chip", "utilization", "price_per_chip_hour_usd"} <= {
        each["name"] for each in envelope["result"]["assumptions"]
    }


def test_option_and_plan_file_agree_and_options_override(forecast_json, tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text('params = "70B"\ntokens = "15T"\nchip = "A100"\n', encoding="utf-8")
    by_file = forecast_json(str(plan))["result"]
    assert by_file == forecast_json(*SIZE, "--chip", "A100")["result"]
    assert forecast_json(str(plan), "--chip", "H100")["result"] == forecast_json(*SIZE, "--chip", "H100")["result"]
    overridden = forecast_json(str(plan), "--set", "chip_hours=1e7")["result"]["quantities"]["chip_hours"]
    assert overridden["median"] == 1e7


def test_init_prints_a_plan_that_runs(capsys, tmp_path, forecast_json):
    assert run(["estimate", "--init"]) == 0
    printed = capsys.readouterr().out
    path = tmp_path / "plan.toml"
    assert run(["estimate", "--init", "-o", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == printed
    capsys.readouterr()
    assert forecast_json(str(path))["result"]["given"]["parameters"] == 7e10


def test_levels_seed_and_draws(forecast_json):
    first = forecast_json(*SIZE, "--level", "80", "--draws", "500", "--seed", "7")
    assert first == forecast_json(*SIZE, "--level", "80", "--draws", "500", "--seed", "7")
    energy = first["result"]["quantities"]["energy_kwh"]
    assert energy["level"] == 0.8
    other = forecast_json(*SIZE, "--level", "80", "--draws", "500", "--seed", "8")
    assert other["result"]["quantities"]["energy_kwh"]["median"] != energy["median"]


def test_plans_from_a_table(capsys, tmp_path):
    table = tmp_path / "plans.csv"
    table.write_text("name,params,tokens,chip\nsmall,7B,2T,A100\nlarge,70B,15T,H100\n", encoding="utf-8")
    assert run(["estimate", "--plans", str(table), "-f", "csv", "-q"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["name"] for row in rows] == ["small", "large"]
    assert float(rows[0]["energy_kwh"]) < float(rows[1]["energy_kwh_lower_90"])
    assert run(["estimate", "--plans", str(table)]) == 0
    assert "small" in capsys.readouterr().out


def test_wrong_row_of_plans_writes_nothing(capsys, tmp_path):
    table, output = tmp_path / "plans.csv", tmp_path / "out.csv"
    table.write_text("name,params,tokens\na,7B,2T\nb,,many\n", encoding="utf-8")
    assert run(["estimate", "--plans", str(table), "-o", str(output)]) == 3
    assert "row 3, column 'tokens': 'many'" in capsys.readouterr().err
    assert not output.exists()


def test_report_has_figures_conventions_and_the_command(tmp_path):
    report = tmp_path / "plan.md"
    assert run(["estimate", *SIZE, "--own", "--count", "8192", "-o", str(report), "-q"]) == 0
    text = report.read_text(encoding="utf-8")
    assert "forecast estimate --params 70B --tokens 15T --count 8192 --own" in text
    assert "PUE included" in text
    assert "nominal 2026 dollars" in text
    assert len(list(tmp_path.glob("plan-tornado-*.svg"))) == 4


def test_terminal_answer_reads_well(capsys):
    assert run(["estimate", *SIZE, "--count", "8192"]) == 0
    text = capsys.readouterr().out
    for words in ("training compute", "days", "90 % interval", "Choices: ", "chip NVIDIA H100", "utilization (MFU)"):
        assert words in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "nothing is known"),
        ([*SIZE, "--chip", "H1000"], "did you mean 'H100'"),
        ([*SIZE, "--region", "Frence"], "did you mean 'France'"),
        ([*SIZE, "--mfu", "45"], "for 45 % write 0.45"),
        ([*SIZE, "--pue", "0.9"], "at least 1"),
        ([*SIZE, "--mfu", "0.4", "--set", "utilization=0.5"], "give it once"),
        ([*SIZE, "--set", "pue=1", "--set", "pue=1.1"], "given twice"),
        ([*SIZE, "--set", "pue"], "NAME=VALUE"),
        ([*SIZE, "--set", "chip_hour=1"], "did you mean 'chip_hours'"),
        (["--compute", "1e25", "--chip-hours", "1000"], "contradict"),
        (["--params", "70B"], "would need tokens"),
        (["--chip", "H100"], "says too little"),
        (["nowhere.toml"], "no such file"),
        (["--plans", "nowhere.csv"], "no such file"),
        ([*SIZE, "-o", "plan.xyz"], "suffix"),
    ],
)
def test_wrong_usage_is_explained_in_one_message(capsys, words, message):
    assert run(["estimate", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_strict_refuses_a_warning(capsys):
    assert run(["estimate", *SIZE, "--date", "2028", "--strict"]) == 5
    assert "date-after-data" in capsys.readouterr().err
