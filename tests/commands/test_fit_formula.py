from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import forecast

FORMULA = "log10(cost) ~ log10(compute) + year"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from forecast.app import run

    path = tmp_path_factory.mktemp("fits") / "cost.json"
    assert run(["fit", "models", "--formula", FORMULA, "-o", str(path), "-q"]) == 0
    return path


def test_command_and_python_agree_to_the_last_digit(saved: Path) -> None:
    printed = json.loads(saved.read_text())["result"]
    fit = forecast.regress("models", FORMULA)
    assert printed["law"] == "formula"
    assert printed["formula"] == FORMULA
    assert printed["status"] == "certified"
    for name, entry in fit.parameters.items():
        assert printed["parameters"][name]["estimate"] == entry.estimate
        assert printed["parameters"][name]["upper"] == entry.upper
    assert printed["scores"]["residual_sd"] == fit.scores["residual_sd"]


def test_show_prints_it_again(cli: Callable, saved: Path) -> None:
    first = json.loads(saved.read_text())
    again = json.loads(cli("show", saved, "--json").out)
    assert again["result"] == first["result"]
    assert again["notes"] == first["notes"]
    table = cli("show", saved).out
    assert "for 10 times the compute" in " ".join(cli("show", saved, "-f", "md").out.split())
    assert "imputed" in table
    assert cli("show", saved, "-f", "md").out.startswith(f"# Regression of {first['result']['n']} rows")


def test_predictions_name_both_intervals(cli: Callable, saved: Path) -> None:
    result = json.loads(cli("predict", saved, "--at", "compute=1e26,year=2027", "--json").out)["result"]
    assert {row["kind"] for row in result["rows"]} == {"mean", "next"}
    assert result["unit"] == "USD"
    assert "year" in result["extrapolation"][0]
    wide = {row["kind"]: row["upper"] / row["lower"] for row in result["rows"] if row["level"] == 0.9}
    assert wide["next"] > 3 * wide["mean"]
    same = json.loads(cli("predict", saved, "--at", "compute=1e26", "--by", "2027", "--json").out)["result"]
    assert same == result
    assert "1 Jan 2027" in cli("predict", saved, "--at", "compute=1e26,year=2027").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--formula", "y ~ x +"], 2, "        ^"),
        (["--formula", "y ~ z"], 3, "no column 'z'"),
        (["--formula", "log10(y) ~ x"], 3, "row 4, column 'y'"),
        (["--formula", "y ~ C(d)"], 4, "categories need two"),
        (["--formula", "y ~ x + I(3*x)"], 4, "say the same"),
        (["--formula", "y ~ x", "--law", "power"], 2, "--law does not go with --formula"),
        (["--formula", "y ~ x", "--intervals", "pairs"], 2, "--intervals does not go with --formula"),
        (["--formula", "y ~ x", "--x", "x"], 2, "--x does not go"),
        (["--law", "power", "--covariance", "HC3"], 2, "--covariance does not go with --law"),
        ([], 2, "--law NAME or --formula"),
    ],
)
def test_wrong_calls_say_what_to_do(cli: Callable, tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    data = tmp_path / "data.csv"
    data.write_text("x,y,d\n1,2,a\n2,3,a\n3,0,a\n4,5,a\n5,7,a\n")
    out = tmp_path / "fit.json"
    found = cli("fit", data, *arguments, "-o", out)
    assert found.code == code
    assert words in found.err
    assert not out.exists()


def test_a_formula_runs_no_code(cli: Callable, tmp_path: Path) -> None:
    data, target = tmp_path / "data.csv", tmp_path / "touched"
    data.write_text("x,y\n1,2\n2,3\n3,5\n")
    for term in (
        f"__import__('os').system('touch {target}')",
        f"{{open('{target}', 'w')}}",
        "x.__class__",
        "lambda: 1",
    ):
        found = cli("fit", data, "--formula", f"y ~ {term}")
        assert found.code in (2, 3)
        assert "Traceback" not in found.err
    assert not target.exists()


def test_cells_are_escaped_in_html(cli: Callable, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    rows = "".join(f"{'<script>' if i % 2 else 'b'},{i % 3 + i + 1}\n" for i in range(12))
    data.write_text("d,y\n" + rows)
    page = cli("fit", data, "--formula", "log(y) ~ C(d)", "-f", "html").out
    assert "for b against &lt;script&gt;" in page


@pytest.fixture
def costs(tmp_path: Path) -> Path:
    data = tmp_path / "data.csv"
    lines = [
        f"{g},{x},{x % 5 + (2 + i) * x},{'ab'[x % 2]}" for i, g in enumerate(("one", "<b>two")) for x in range(1, 13)
    ]
    data.write_text("\n".join(["lab,x,y,kind", *lines, "three,1,1,a", ""]))
    return data


def test_groups_are_the_same_in_every_format(cli: Callable, costs: Path) -> None:
    call = ("fit", costs, "--formula", "y ~ x", "--by-group", "lab")
    envelope = json.loads(cli(*call, "--json").out)
    assert envelope["schema"] == "forecast/fit-groups/1"
    fits = forecast.regress(costs, "y ~ x", by_group="lab")
    slopes = [row for row in envelope["result"]["rows"] if row["quantity"] == "x" and row["level"] == 0.9]
    assert [row["estimate"] for row in slopes] == list(fits.summary()["x"].dropna())
    assert "--by-group lab" in envelope["provenance"]["call"]
    table = cli(*call, "-f", "csv").out.splitlines()
    assert table[0] == "group,n,status,objective,quantity,kind,estimate,se,level,lower,upper,remark"
    assert len(table) == 1 + len(envelope["result"]["rows"]) == 1 + 2 * 2 * 2 + 1
    assert "3 groups by lab: 2 certified, 1 failed." in cli(*call).out
    assert "three (1 complete row cannot determine 2 coefficients and their errors)" in cli(*call, "-f", "md").out
    assert "&lt;b&gt;two" in cli(*call, "-f", "html").out


def test_many_coefficients_of_groups_stand_below_one_another(cli: Callable, costs: Path) -> None:
    formula = "y ~ x + I(x**2) + I(x**3) + I(x >= 6) + C(kind) + I(x >= 9)"
    page = cli("fit", costs, "--formula", formula, "--by-group", "lab", "-f", "md").out
    assert "| lab | n | status | quantity | estimate |" in page
    assert r"| one | 12 | weakly-identified | C(kind)\[T.b\] | -0.17 (" in page
    assert "| three | 1 | failed |  |  |" in page
