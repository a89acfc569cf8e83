from __future__ import annotations

import json

import numpy as np
import pytest

from forecast.figures import trend_fan
from forecast.figures.drawing import Figure
from forecast.figures.plotting import FIGURES, Plot, PlotOptions, plot
from forecast.units import format_quantity


@pytest.fixture(scope="module")
def figure() -> Figure:
    return plot("trend-fan", "cost", PlotOptions(by=("2028",), draws=500))


def test_the_same_question_gives_the_same_bytes(figure: Figure) -> None:
    assert plot("trend_fan", "cost", PlotOptions(by=("2028",), draws=500)) == figure


def test_the_alt_text_states_the_finding() -> None:
    outlook = PlotOptions(by=("2028",), draws=500).outlook("cost")
    last = outlook.forecast.select("member", 0.9, outlook.forecast.dates[-1])
    alt = trend_fan.describe(outlook)
    for value in (last.median, last.lower, last.upper):
        assert format_quantity(value, "USD") in alt
    assert "90 % interval" in alt
    assert "fold a year" in alt


def test_the_fan_passes_through_the_forecast(figure: Figure) -> None:
    outlook = PlotOptions(by=("2028",), draws=500).outlook("cost")
    for row in outlook.forecast.rows:
        drawn = [
            each
            for each in figure.tables["forecast"]
            if (each["date"], each["estimand"], each.get("level"))
            == (str(row.date), trend_fan.ESTIMANDS[row.estimand], row.level)
        ]
        assert [(each["median"], each["lower"], each["upper"]) for each in drawn] == [
            (row.median, row.lower, row.upper)
        ]


def test_every_model_has_its_source_and_how_it_is_known(figure: Figure) -> None:
    fitted = [row for row in figure.tables["models"] if row["role"] == trend_fan.ROLES["member"]]
    assert len(fitted) > 30
    assert {row["obtained"] for row in fitted} <= {"reported", "derived", "imputed"}
    assert np.mean([row["source"].startswith("http") for row in fitted]) > 0.8
    assert all(row["shown"] == format_quantity(row["value"], "USD") for row in fitted)


def test_the_specification_asks_only_for_what_is_there(figure: Figure) -> None:
    interactive = figure.interactive
    fields = {key for rows in figure.tables.values() for row in rows for key in row} | {"label"}
    controls = {control.name for control in interactive.controls}

    def walk(value: object) -> None:
        if isinstance(value, dict):
            assert value.get("field", "year") in fields
            assert value.get("choice", "level").split(".")[0] in controls
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(json.loads(json.dumps(interactive.spec)))
    assert set(interactive.picked) <= fields
    assert {layer["data"]["name"] for layer in interactive.spec["layer"]} == set(figure.tables)


@pytest.mark.parametrize("name", FIGURES.names())
def test_an_entry_says_what_it_needs(name: str) -> None:
    entry = FIGURES[name]
    if isinstance(entry, Plot):
        assert entry.needs
        assert entry.summary
    else:
        assert callable(entry)
