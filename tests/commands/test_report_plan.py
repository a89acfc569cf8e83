from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.costs.estimation import estimate
from forecast.costs.plan import RunPlan, read_plan
from forecast.figures.cost_parts import draw

PLAN = 'params = "70B"\ntokens = "15T"\nchip = "H100"\ncount = 8192\nregion = "FRA"\n'


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(PLAN)
    return path


def test_the_report_of_a_plan_has_answer_costs_tornado_and_assumptions(cli: Callable, plan: Path) -> None:
    out = plan.with_suffix(".md")
    assert cli("report", plan, "-o", out).code == 0
    page = out.read_text()
    for words in ("# Plan of a training run: mine", "## The plan", "## What it costs", "## What was assumed", "FRA"):
        assert words in page
    beside = {path.name for path in plan.parent.glob("*.svg")}
    assert {"mine-cost-parts.svg", "mine-tornado-cost_usd.svg"} <= beside
    assert cli("report", "--check", out).code == 0


def test_report_estimate_and_python_say_the_same(cli: Callable, plan: Path) -> None:
    report = json.loads(cli("report", plan, "--json").out)["result"]["quantities"]
    short = json.loads(cli("estimate", plan, "--json").out)["result"]["quantities"]
    assert report == short
    own = estimate(RunPlan.read(read_plan(plan)))
    assert report["cost_usd"]["median"] == own["cost_usd"].median


def test_the_figure_of_costs_has_rental_and_ownership(plan: Path) -> None:
    found = estimate(RunPlan.read(read_plan(plan)))
    figure = draw(found, "cost-parts")
    assert [row["part"] for row in figure.data] == ["rental", "hardware used up, owned", "electricity, owned"]
    assert all(row["lower"] < row["median"] < row["upper"] for row in figure.data)


@pytest.mark.parametrize("more", [("cost",), ("--by", "2028"), ("--data", "x.csv")])
def test_what_does_not_go_with_a_plan_is_refused(cli: Callable, plan: Path, more: tuple[str, ...]) -> None:
    assert cli("report", plan, *more).code == 2


def test_a_plan_that_says_nothing_is_refused(cli: Callable, tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text("")
    assert cli("report", empty).code == 2
    assert cli("report", tmp_path / "none.toml").code == 2


@pytest.mark.parametrize(
    "words", [("audit",), ("decompose", "BLOOM", "GPT-3"), ("afford", "--draws", "1000"), ("derive",)]
)
def test_answers_written_to_a_file_can_be_checked(cli: Callable, tmp_path: Path, words: tuple[str, ...]) -> None:
    out = tmp_path / "answer.md"
    assert cli(*words, "-o", out).code == 0
    assert cli("report", "--check", out).code == 0


@pytest.mark.parametrize(
    ("name", "subject"), [("waterfall", "BLOOM,GPT-3"), ("affordability", "$1M,$100M"), ("cost_parts", PLAN)]
)
def test_the_figures_can_be_plotted_by_name(cli: Callable, plan: Path, tmp_path: Path, name: str, subject: str) -> None:
    out = tmp_path / "figure.svg"
    assert cli("plot", name, plan if subject == PLAN else subject, "--draws", "1000", "-o", out).code == 0
    assert out.read_text().startswith("<svg")


def test_a_waterfall_needs_two_models(cli: Callable) -> None:
    assert cli("plot", "waterfall", "BLOOM").code == 2
