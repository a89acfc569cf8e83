import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import forecast
from forecast.app import run

CHINCHILLA = ["fit", "chinchilla", "--law", "chinchilla", "--where", "loss<3.44", "--draws", "200"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def saved(folder):
    assert run([*CHINCHILLA, "-o", "fit.json", "-q"]) == 0
    return folder / "fit.json"


def read(path):
    return json.loads(Path(path).read_text())


def test_the_verdict_stands_before_the_numbers(capsys):
    assert run(CHINCHILLA) == 0
    out = capsys.readouterr().out
    assert out.index("certified") < out.index("alpha")
    assert "objective 0.001018274018" in out
    assert "90 % interval" in out


def test_the_file_holds_what_the_api_returns(saved):
    envelope = read(saved)
    assert envelope["schema"] == "forecast/fit/1"
    fit = forecast.fit("chinchilla", "chinchilla", where=["loss<3.44"], draws=200)
    assert envelope["result"]["parameters"]["alpha"]["lower"] == fit.parameters["alpha"].lower
    assert np.array_equal(forecast.read_fit(saved).draws, fit.draws)
    assert (
        envelope["provenance"]["call"]
        == "forecast fit chinchilla --law chinchilla --where 'loss<3.44' --draws 200 -o fit.json"
    )


def test_show_prints_the_same_again(saved, capsys):
    assert run(CHINCHILLA) == 0
    direct = capsys.readouterr().out
    assert run(["show", "fit.json"]) == 0
    assert capsys.readouterr().out == direct
    assert run(["show", "fit.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == read(saved)
    assert run(["show", "fit.json", "-f", "csv"]) == 0
    assert capsys.readouterr().out.startswith("quantity,kind,estimate,se,lower,upper,level\nA,parameter,")


def test_predict_from_a_saved_fit(saved, capsys):
    assert run(["predict", "fit.json", "--at", "N=70B,D=1.4T", "--at", "N=1e9,C=1e21", "--level", "0.9", "--json"]) == 0
    envelope = json.loads(capsys.readouterr().out)
    rows = envelope["result"]["rows"]
    assert [(row["kind"], row["level"]) for row in rows] == [("mean", 0.9)] * 2 + [("next", 0.9)] * 2
    fit = forecast.read_fit(saved)
    expected = fit.predict({"N": [70e9, 1e9], "D": [1.4e12, 1e21 / 6e9]}, (0.9,), "next")
    assert [row["upper"] for row in rows[2:]] == [row.upper for row in expected.rows]
    assert "extrapolation" in {note["code"] for note in envelope["notes"]}
    assert run(["predict", "fit.json", "--at", "N=1e9,D=2e10", "-f", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "N,D,kind,level,estimate,lower,upper"


def test_predict_a_date(folder, capsys):
    frame = pd.DataFrame({"date": [f"{y}-01-01" for y in range(2015, 2025)], "cost": [float(3**k) for k in range(10)]})
    frame["cost"] *= 1 + 0.1 * np.sin(np.arange(10))
    frame.to_csv("cost.csv", index=False)
    assert run(["fit", "cost.csv", "--law", "exponential", "--y", "cost", "-o", "e.json", "-q"]) == 0
    assert run(["predict", "e.json", "--by", "2028", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)["result"]["rows"][0]
    assert row["at"] == {"t": 2028.0}
    assert row["estimate"] == pytest.approx(3.0**13, rel=0.3)


def test_groups_of_a_table(folder, capsys):
    x = np.tile(np.geomspace(10, 1e5, 12), 3)
    family = np.repeat(["a", "b", "lone"], 12)
    frame = pd.DataFrame({"family": family, "x": x, "y": 5 * x**-0.3 * (1 + 0.01 * np.sin(np.arange(36)))}).iloc[:25]
    frame.to_csv("runs.csv", index=False)
    assert run(["fit", "runs.csv", "--law", "power", "--by-group", "family", "--draws", "100"]) == 0
    out = capsys.readouterr().out
    assert "3 groups by family: 2 certified, 1 failed" in out or "1 failed" in out
    assert run(["fit", "runs.csv", "--law", "power", "--by-group", "family", "--draws", "100", "-f", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("group,n,status,objective,quantity")
    assert len(lines) == 1 + 2 * 2 * 2 + 1


def test_standard_input(folder, capsys, monkeypatch):
    frame = pd.DataFrame({"x": np.geomspace(1, 1e4, 10)})
    frame["y"] = 3 * frame["x"] ** 0.5
    (folder / "in.csv").write_text(frame.to_csv(index=False))
    with (folder / "in.csv").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert run(["fit", "-", "--law", "power", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["result"]["parameters"]["k"]["estimate"] == pytest.approx(0.5)


def test_a_report_has_its_figure(saved, folder):
    assert run(["report", "fit.json", "-o", "fit.md", "-q"]) == 0
    text = (folder / "fit.md").read_text()
    for heading in ("In short", "Fit and residuals", "Beyond the data", "Data used", "How to make this again"):
        assert f"## {heading}" in text
    assert "forecast report fit.json --output fit.md" in text
    svg = (folder / "fit-fit.svg").read_text()
    assert "<desc>Left, 240 observed values" in svg
    assert run(["report", "fit.json", "-o", "again.html", "-q"]) == 0
    assert "<svg" in (folder / "again.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["fit", "none.csv", "--law", "power"], 2, "no such file"),
        (["fit", "chinchila", "--law", "power"], 2, "did you mean 'chinchilla'"),
        (["fit", "chinchilla", "--law", "chinchila"], 2, "did you mean 'chinchilla'"),
        (["fit", "chinchilla", "--law", "power", "--y", "loss"], 2, "--x COLUMN"),
        (["fit", "chinchilla", "--law", "power", "--y", "loss", "--x", "parms"], 3, "did you mean 'params'"),
        (["fit", "chinchilla", "--law", "chinchilla", "--role", "N"], 2, "NAME=VALUE"),
        (["fit", "chinchilla", "--law", "chinchilla", "--fix", "alpha=big"], 2, "not a number"),
        (["fit", "chinchilla", "--law", "chinchilla", "--where", "loss<0"], 3, "no row matches"),
        (["fit", "chinchilla", "--law", "chinchilla", "--where", "loss<2.15"], 4, "1 row cannot determine"),
        (["predict", "none.json", "--at", "N=1"], 2, "no such file"),
        (["show", "none.json"], 2, "no such file"),
    ],
)
def test_failures_have_their_exit_code(folder, capsys, arguments, code, words):
    assert run(arguments) == code
    captured = capsys.readouterr()
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_options_of_trends_do_not_go_with_a_fit(saved, capsys):
    assert run(["predict", "fit.json", "--at", "N=1e9,D=1e10", "--since", "2020"]) == 2
    assert "--since does not go with a saved fit" in capsys.readouterr().err
    assert run(["predict", "fit.json", "--by", "2028"]) == 2
    assert run(["predict", "fit.json"]) == 2


def test_strict_refuses_a_doubtful_fit(folder, capsys):
    assert run(["fit", "chinchilla", "--law", "chinchilla", "--where", "params>2e9", "--strict", "-o", "x.json"]) == 5
    assert not (folder / "x.json").exists()
