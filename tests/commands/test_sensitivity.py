import json
from collections.abc import Callable
from pathlib import Path

import pytest


def test_the_table_and_the_envelope(cli):
    outcome = cli("sensitivity", "cost", "--by", "2028", "--draws", "1000")
    assert outcome.code == 0
    text = " ".join(outcome.out.split())
    assert "Other choices move the median from" in text
    assert "Track record:" in text
    for words in ("as reported", "top5", "theil_sen", "Confident only", "ranked without older models", "CPI"):
        assert words in text


def test_json_has_headline_envelope_and_rows(cli):
    result = json.loads(cli("sensitivity", "compute", "--by", "2028", "--choice", "frontier", "--json").out)["result"]
    (target,) = result["targets"]
    assert set(target["envelope"]) == {"growth", "median", "interval"}
    assert {row["choice"] for row in target["rows"]} == {"frontier"}
    predicted = json.loads(cli("predict", "compute", "--by", "2028", "--json").out)["result"]["rows"]
    headline = target["headline"]
    row = next(row for row in predicted if row["level"] == 0.9)
    assert (headline["median"], headline["upper"]) == (row["median"], row["upper"])


def test_a_file_gets_the_tornado(cli, tmp_path):
    assert cli("sensitivity", "compute", "--choice", "start", "-o", tmp_path / "s.html").code == 0
    assert "What moves the forecast of training compute" in (tmp_path / "s.html").read_text()


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("compute", "--choice", "fronteer"), 2, "did you mean 'frontier'"),
    (("compute", "--estimand", "mean"), 2, "unknown estimand"),
    (("computee",), 2, "did you mean 'compute'"),
    ((), 2, "TARGET"),
])  # fmt: skip
def test_wrong_input_is_answered(cli, arguments, code, words):
    outcome = cli("sensitivity", *arguments)
    assert outcome.code == code
    assert words in outcome.err


def test_the_report_shows_the_same_variants(cli):
    report = json.loads(cli("report", "compute", "--by", "2028", "--json").out)["result"]["targets"][0]["sensitivity"]
    alone = json.loads(cli("sensitivity", "compute", "--by", "2028", "--choice", "frontier", "--json").out)["result"]
    mine = [row for row in report["rows"] if row["choice"] == "frontier"]
    assert mine == alone["targets"][0]["rows"]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text('params = "70B"\ntokens = "15T"\n')
    return path


def test_a_plan_says_which_input_moves_it(cli: Callable, plan: Path) -> None:
    rows = json.loads(cli("sensitivity", plan, "--json").out)["result"]["rows"]
    energy = [row for row in rows if row["quantity"] == "energy_kwh"]
    assert energy[0]["input"] == "utilization"
    assert energy[0]["at_high"] < energy[0]["at_median"] < energy[0]["at_low"]
    assert sum(row["variance_share"] for row in energy) == pytest.approx(1, abs=0.1)
    assert "one input at a time" in cli("sensitivity", plan).out.replace("\n", " ")


def test_options_of_metrics_do_not_go_with_a_plan(cli: Callable, plan: Path) -> None:
    for extra in (("cost",), ("--since", "2019"), ("--method", "ols")):
        outcome = cli("sensitivity", plan, *extra)
        assert outcome.code == 2
        assert "does not go with a plan" in outcome.err
    plan.write_text("")
    assert "states nothing of a run" in cli("sensitivity", plan).err
