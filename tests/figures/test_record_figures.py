import xml.etree.ElementTree as ET

import numpy as np
import pytest

from forecast.figures.coverage import draw as draw_coverage
from forecast.figures.pit import draw as draw_pit
from forecast.figures.sensitivity_tornado import draw as draw_tornado
from forecast.questions.backtest import run_backtest
from forecast.questions.sensitivity import find_sensitivity
from forecast.trends.choices import Settings
from forecast.trends.observations import observe_models
from forecast.trends.targets import TARGETS


@pytest.fixture(scope="module")
def scored():
    return run_backtest(
        [observe_models(TARGETS["compute"])], Settings(), origins=[2021.0, 2022.0, 2023.0], methods=("pool", "ols")
    )


@pytest.fixture(scope="module")
def varied():
    return find_sensitivity(observe_models(TARGETS["cost"]), ["2028"], Settings(draws=500), 0)


@pytest.mark.parametrize("draw", [draw_coverage, draw_pit])
def test_a_figure_of_a_backtest_is_accessible_and_deterministic(scored, draw):
    one, other = draw(scored, "f"), draw(scored, "f")
    assert one.svg == other.svg
    ET.fromstring(one.svg)
    assert 'role="img"' in one.svg
    assert "<desc>" in one.svg
    assert one.data
    assert "%" in one.alt


def test_pit_counts_every_outcome_once(scored):
    figure = draw_pit(scored, "f")
    outcomes = scored.hindcast.outcomes
    count = ((outcomes["method"] == "pool") & (outcomes["estimand"] == "member")).sum()
    assert sum(row["models"] for row in figure.data) == count
    assert sum(row["share"] for row in figure.data) == pytest.approx(1)


def test_coverage_curves_rise_and_agree_with_the_rows(scored):
    figure = draw_coverage(scored, "f")
    assert list(dict.fromkeys(row["method"] for row in figure.data)) == ["pool", "ols", "mean_ci"]
    curve = [row["coverage"] for row in figure.data if row["method"] == "pool"]
    assert (np.diff(curve) >= 0).all()
    row = next(r for r in scored.rows() if (r["method"], r["estimand"], r["level"]) == ("pool", "member", 0.9))
    drawn = next(r for r in figure.data if (r["method"], r["level"]) == ("pool", 0.9))
    assert drawn["coverage"] == pytest.approx(row["coverage"], abs=0.01)


def test_the_tornado_has_a_bar_for_every_choice_the_widest_first(varied):
    figure = draw_tornado(varied, "f")
    assert figure.svg == draw_tornado(varied, "f").svg
    ET.fromstring(figure.svg)
    assert {row["choice"] for row in figure.data} == set(varied.by_choice())
    spans = [row["high"] / row["low"] for row in figure.data]
    assert spans == sorted(spans, reverse=True)
    assert figure.data[0]["choice"] in figure.alt


def test_hostile_names_stay_text(varied):
    from dataclasses import replace

    hostile = replace(varied.variants[0], setting="<script>alert(1)</script>", median=varied.headline.median * 1e3)
    figure = draw_tornado(replace(varied, variants=(hostile,)), "f")
    assert "<script>" not in figure.svg
    ET.fromstring(figure.svg)
