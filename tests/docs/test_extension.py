"""The package of extensions that the documentation offers to copy does what it says."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forecast.costs.quantities import QUANTITIES
from forecast.data.checks import CHECKS
from forecast.figures.plotting import FIGURES, PlotOptions
from forecast.fitting import fit
from forecast.laws import LAWS
from forecast.report.document import Answer, Document
from forecast.report.rendering import FORMATS
from forecast.trends.methods import METHODS
from forecast.trends.prediction import predict

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "extension"
GROUPS = tomllib.loads((FOLDER / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
REGISTRIES = (LAWS, METHODS, QUANTITIES, CHECKS, FIGURES, FORMATS)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the registries find the entry points as if the package were installed."""
    monkeypatch.syspath_prepend(str(FOLDER))
    for registry in REGISTRIES:
        group = f"forecast.{registry.package.split('.', 1)[1]}"
        points = {name: metadata.EntryPoint(name, value, group) for name, value in GROUPS[group].items()}
        monkeypatch.setitem(registry.__dict__, "_foreign", points)


def test_one_of_each_kind_is_offered() -> None:
    assert len(GROUPS) == len(REGISTRIES)
    assert all(
        set(points) <= set(registry.names()) for registry, points in zip(REGISTRIES, GROUPS.values(), strict=True)
    )


def test_the_law_is_fitted_and_gives_back_what_was_planted() -> None:
    example = LAWS["log_line"].example()
    output = LAWS["log_line"].values(np.array([list(example.parameters.values())]), example.inputs)[0]
    noise = np.random.default_rng(0).normal(0, 0.01, len(output))
    found = fit({"x": example.inputs["x"], "y": output + noise}, law="log_line", x=["x"], y="y", draws=100)
    assert found.status == "certified"
    assert found.parameters["b"].estimate == pytest.approx(-0.3, abs=0.01)


def test_the_method_forecasts() -> None:
    found = predict("compute", ["2027"], method="last_step", draws=500)
    assert found.method == "last_step"
    assert found.rows[0].lower < found.rows[0].median < found.rows[0].upper


def test_the_quantity_has_a_rule_and_a_unit() -> None:
    entry: Any = QUANTITIES["bonus_usd"]
    assert entry.rules[0].required == ("cost_staff_usd",)
    assert entry.rules[0].function(50.0) == pytest.approx(5.0)


def test_the_check_finds_round_figures() -> None:
    import datetime as dt

    import pandas as pd

    from forecast.data.checks._check import Subject

    table = pd.DataFrame({"training_compute_flop": ["1e24", "1.2e24", ""]})
    (found,) = CHECKS["round_numbers"].find(Subject(table, None, dt.date(2026, 1, 1)))
    assert found.positions.tolist() == [0]


def test_the_figure_says_what_it_shows() -> None:
    figure = FIGURES["ages"].make("compute", PlotOptions(draws=200))
    assert figure.alt in figure.svg
    assert f"{figure.data[0]['models']} models of training compute" in figure.alt


def test_the_format_prints_rows() -> None:
    answer = Answer("x/1", {"rows": [{"a": 1, "b": "c\u202ed"}]}, Document("", []))
    assert FORMATS["lines"](answer).text == "a=1 b=cd\n"
