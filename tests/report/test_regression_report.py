"""The report of a regression with a formula."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.regressions import regress
from forecast.report.document import Bullets, Section, Table
from forecast.report.pages.regression_report import regression_report_answer


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    x, share = 10 ** rng.uniform(0, 3, 50), rng.uniform(0.1, 0.9, 50)
    y = 3 * x**0.5 * 10 ** rng.normal(0, 0.05, 50)
    kind = rng.choice(["<b>", "c"], 50)
    return pd.DataFrame({"x": x, "share": share, "y": y, "kind": kind, "open": rng.integers(0, 2, 50)})


def sections(frame: pd.DataFrame, formula: str, **options: object) -> dict[str, Section]:
    answer = regression_report_answer(regress(frame, formula, **options), "forecast report fit.json")
    return {section.title: section for section in answer.document.sections}


def predicted(frame: pd.DataFrame, formula: str) -> tuple[Table, list[str]]:
    blocks = sections(frame, formula)["Predictions, in the data and beyond"].blocks
    assert isinstance(blocks[0], Table)
    notes = [item for block in blocks[1:] if isinstance(block, Bullets) for item in block.items]
    return blocks[0], notes


def test_it_has_what_the_report_of_a_law_has(cli: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli("fit", "models", "--formula", "log10(cost) ~ log10(compute) + year", "-o", "cost.json", "-q").code == 0
    assert cli("report", "cost.json", "-o", "cost.md").code == 0
    text = Path("cost.md").read_text()
    for heading in (
        "## In short",
        "## Fit and residuals",
        "## How well it describes the data",
        "## Predictions, in the data and beyond",
        "## Data used",
        "## How to make this again",
        "## What to doubt",
    ):
        assert heading in text
    assert Path("cost-fit.svg").read_text().startswith("<svg")
    assert "forecast fit models --formula 'log10(cost) ~ log10(compute) + year' -o cost.json\nforecast report" in text
    assert "row 455 (OpenAI Five)" in text
    assert "imputed" in text
    assert cli("report", "--check", "cost.md").code == 0
    page = cli("report", "cost.json", "-f", "html").out
    assert page.count("<svg") == 1
    brief = cli("report", "cost.json", "--template", "brief", "-f", "md").out
    assert "## Fit and residuals" in brief
    assert "## Data used" not in brief
    result = json.loads(cli("report", "cost.json", "--json").out)
    assert result["schema"] == "forecast/report/fit/1"
    assert result["result"]["parameters"] == json.loads(Path("cost.json").read_text())["result"]["parameters"]


def test_predictions_go_beyond_the_data_and_say_how_far(frame: pd.DataFrame) -> None:
    table, notes = predicted(frame, "log10(y) ~ log10(x) + share + open + kind")
    far = dict(zip(table.columns, table.rows[-2], strict=True))
    assert far["x"] == f"{100 * frame['x'].max():.4g}"
    assert far["share"] == f"{2 * frame['share'].max() - frame['share'].min():.4g}"
    # of a switch nothing is beyond
    assert far["open"] == "1"
    assert notes[-1].startswith("Much further: x 100 times the largest; share ")
    same = regress(frame, "log10(y) ~ log10(x) + share + open + kind").predict(
        {
            "x": 100 * frame["x"].max(), "share": frame["share"].max() + np.ptp(frame["share"]), "open": 1,
            "kind": frame["kind"].mode()[0],
        },
        (0.9,),
    )  # fmt: skip
    assert far["y"] == f"{same.rows[0].estimate:.4g}"


def test_where_the_formula_is_not_defined_it_says_so(frame: pd.DataFrame) -> None:
    table, notes = predicted(frame, "log(y) ~ log(1 - share)")
    assert {row[0] for row in table.rows} == {"in the middle", "at the largest"}
    assert notes[0].startswith("Further the formula is not defined: 1 - share = -")


@pytest.mark.parametrize(
    ("formula", "count"), [("y ~ kind", 2), ("y ~ 1", 1), ("y ~ C(open)*kind", 1)], ids=["one", "none", "two"]
)
def test_without_numbers_it_predicts_categories(frame: pd.DataFrame, formula: str, count: int) -> None:
    table, notes = predicted(frame, formula)
    assert len(table.rows) == 2 * count
    assert notes == []


def test_scores_are_those_that_the_estimator_has(frame: pd.DataFrame) -> None:
    title = "How well it describes the data"
    for options, there in (({}, True), ({"estimator": "robust"}, False)):
        scores, furthest = sections(frame, "y ~ x", **options)[title].blocks
        assert isinstance(scores, Table)
        assert isinstance(furthest, Table)
        assert ("R²" in {row[0] for row in scores.rows}) is there
        assert ("Cook's distance" in furthest.columns) is there
        fit = regress(frame, "y ~ x", **options)
        assert furthest.rows[0][0] == f"row {np.abs(fit.left_out if there else fit.residuals).argmax()}"
