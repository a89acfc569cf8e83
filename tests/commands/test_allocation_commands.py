"""`forecast allocate`, `forecast design`, predictions through another fit, and reports of fits, as a user runs them."""

import csv
import io
import json

import numpy as np
import pytest

FIT = ("fit", "chinchilla", "--law", "chinchilla", "--where", "loss<3.44", "--draws", "200")


@pytest.fixture
def saved(cli, tmp_path, monkeypatch):
    """Work in an empty folder that holds fits."""
    monkeypatch.chdir(tmp_path)
    assert cli(*FIT, "-o", "fit.json").code == 0
    loss = np.linspace(1.9, 3.6, 30)
    accuracy = 0.25 + 0.67 / (1 + np.exp(3.5 * (loss - 2.4))) + 0.005 * np.sin(np.arange(30))
    rows = "\n".join(f"{a},{b}" for a, b in zip(loss, accuracy, strict=True))
    (tmp_path / "tasks.csv").write_text(f"loss,accuracy\n{rows}\n", encoding="utf-8")
    options = ("--x", "loss", "--y", "accuracy", "--draws", "200", "-o", "tasks.json")
    assert cli("fit", "tasks.csv", "--law", "logistic", *options).code == 0
    assert cli("fit", "chinchilla", "--law", "power", "--x", "params", "--y", "loss", "-o", "power.json").code == 0
    return tmp_path


def result(outcome):
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)["result"]


def test_the_bundled_example_works_at_once(cli):
    outcome = cli("allocate", "chinchilla", "--compute", "1e25")
    assert outcome.code == 0
    assert "The compute-optimal run has 317 B parameters" in outcome.out
    assert "2.9 orders of magnitude" in outcome.out
    assert "fitted here by: forecast fit chinchilla" in " ".join(outcome.out.split())


def test_file_and_python_give_the_same_numbers(cli, saved):
    import forecast

    rows = result(cli("allocate", "fit.json", "--compute", "1e24", "--compute", "1e25", "--json"))["rows"]
    found = forecast.allocate(forecast.read_fit("fit.json"), [1e24, 1e25]).to_dict()["rows"]
    assert rows == found
    printed = list(csv.DictReader(io.StringIO(cli("allocate", "fit.json", "--compute", "1e24", "-f", "csv").out)))
    assert float(printed[0]["estimate"]) == rows[0]["estimate"]


def test_budgets_are_repeatable_and_list_what_was_assumed(cli, saved):
    found = result(cli("allocate", "fit.json", "--budget", "$1M", "--budget", "$100M", "--chip", "H100", "--json"))
    assert {row["budget_usd"] for row in found["rows"]} == {1e6, 1e8}
    assert "utilization" in {each["name"] for each in found["assumptions"]}
    text = cli("allocate", "fit.json", "--budget", "$100M", "--chip", "H100", "--price", "2").out
    assert "training compute bought" in text
    assert "price_per_chip_hour_usd 2.0" in " ".join(text.split())


def test_a_page_holds_the_curve_and_still_holds_when_checked(cli, saved):
    assert cli("allocate", "fit.json", "--compute", "1e22", "--curve", "-o", "page.md").code == 0
    page = (saved / "page.md").read_text(encoding="utf-8")
    assert "isoflop.svg" in page
    assert "the best" in page
    assert cli("report", "--check", "page.md").code == 0


def test_a_design_is_a_table_of_runs(cli, saved):
    words = ("--target-compute", "1e25", "--runs", "3", "--budget", "1e21")
    found = result(cli("design", "fit.json", *words, "--json"))
    assert len(found["rows"]) == 3
    assert sum(row["compute_flop"] for row in found["rows"]) <= 1e21
    assert found["predicted"][-1]["width_after"] < found["predicted"][-1]["width_before"]
    assert "are predicted to narrow the 90 % interval" in cli("design", "fit.json", *words).out
    rows = list(csv.DictReader(io.StringIO(cli("design", "--runs", "12", "--budget", "1e21", "-f", "csv").out)))
    assert len(rows) == 12
    assert {"parameters", "tokens", "compute_flop"} <= set(rows[0])


def test_predictions_through_another_fit(cli, saved):
    words = ("predict", "tasks.json", "--through", "loss=fit.json", "--at", "N=70B,D=1.4T")
    found = result(cli(*words, "--json"))
    assert [row["kind"] for row in found["rows"]] == ["mean", "mean", "next", "next"]
    loss = found["through"]["x"]["rows"][0]["estimate"]
    alone = result(cli("predict", "tasks.json", "--at", f"x={loss!r}", "--json"))
    assert found["rows"][0]["estimate"] == pytest.approx(alone["rows"][0]["estimate"])
    assert "First step: loss by Chinchilla" in cli(*words).out
    assert cli(*words, "-o", "two.md").code == 0
    assert cli("report", "--check", "two.md").code == 0


def test_a_report_of_a_fit_can_be_checked(cli, saved):
    assert cli("report", "fit.json", "-o", "fit.md").code == 0
    page = (saved / "fit.md").read_text(encoding="utf-8")
    for heading in ("In short", "Fit and residuals", "Beyond the data", "Data used", "How to make this again"):
        assert f"## {heading}" in page
    assert "100 times that" in page
    assert "Compute-optimal runs are expected to reach" in page
    assert cli("report", "--check", "fit.md").code == 0
    assert cli("report", "power.json", "-o", "power.html").code == 0


def test_figures_of_fits_are_drawn_by_name(cli, saved):
    for name in ("law-fit", "isoflop"):
        assert cli("plot", name, "fit.json", "-o", f"{name}.svg").code == 0
        assert 'role="img"' in (saved / f"{name}.svg").read_text(encoding="utf-8")
    refused = cli("plot", "isoflop", "power.json", "-o", "power.svg")
    assert refused.code == 2
    assert "takes x" in refused.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("allocate", "fit.json"), 2, "give compute or a budget"),
        (("allocate", "fit.json", "--compute", "lots"), 2, "--compute: 'lots' is not a number"),
        (("allocate", "fit.json", "--compute", "-1"), 2, "no training run"),
        (("allocate", "power.json", "--compute", "1e25"), 2, "takes x"),
        (("allocate", "none.json", "--compute", "1e25"), 2, "no such file"),
        (("allocate", "tasks.csv", "--compute", "1e25"), 3, "is not JSON"),
        (("allocate", "fit.json", "--compute", "1e25", "--chip", "H100"), 2, "--chip is for --budget"),
        (("allocate", "fit.json", "--compute", "1e25", "--hold", "compute"), 2, "needs --inference-tokens"),
        (("allocate", "fit.json", "--budget", "$1M", "--mfu", "150%"), 2, "at most 1"),
        (("allocate", "failed.json", "--compute", "1e25"), 4, "the fit failed"),
        (("allocate", "fit.json", "--compute", "1e25", "--strict"), 5, "extrapolation"),
        (("design", "--runs", "5", "--budget", "1e21"), 2, "9 or more"),
        (("design", "fit.json", "--runs", "3", "--budget", "0"), 2, "no training run"),
        (("predict", "tasks.json", "--through", "fit.json", "--at", "N=70B"), 2, "needs a value of D"),
        (("predict", "fit.json", "--through", "tasks.json", "--at", "x=2"), 2, "--through N=tasks.json"),
        (("predict", "tasks.json", "--through", "fit.json", "--at", "N=1B,D=1T", "--at", "N=2B"), 2, "at some places"),
        (("report", "fit.json", "--by", "2028"), 2, "--by does not go with a saved fit"),
    ],
)
def test_wrong_input_is_one_clear_message(cli, saved, words, code, message):
    content = json.loads((saved / "fit.json").read_text(encoding="utf-8"))
    content["result"]["status"] = "failed"
    (saved / "failed.json").write_text(json.dumps(content), encoding="utf-8")
    outcome = cli(*words, "-o", "answer.json")
    assert outcome.code == code
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert not (saved / "answer.json").exists()
