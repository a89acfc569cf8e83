"""Results in notebooks are the page of the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import forecast
from forecast.display import Displayed
from forecast.report import display
from forecast.settings import generator


def results() -> dict[str, Callable[[], Any]]:
    return {
        "forecast": lambda: forecast.predict("compute", ["2028"], rng=generator(0)),
        "next": lambda: forecast.next_generation(["2028"], draws=500),
        "fit": lambda: forecast.fit("chinchilla", law="chinchilla", draws=100),
        "groups": lambda: forecast.fit("chinchilla", law="power", x=["compute_flop"], y="loss", by_group="source"),
        "regressions": lambda: forecast.regress("chinchilla", "log(loss) ~ log(compute_flop)", by_group="source"),
        "estimate": lambda: forecast.estimate(params="7B", tokens="1T"),
        "allocation": lambda: forecast.allocate(forecast.open_fit("chinchilla"), [1e24]),
    }


@pytest.mark.parametrize("make", results().values(), ids=results().keys())
def test_a_result_shows_itself(make: Callable[[], Any]) -> None:
    result = make()
    assert isinstance(result, Displayed)
    html, markdown = result._repr_html_(), result._repr_markdown_()
    assert html.startswith('<div class="scaling-forecast">')
    assert html.rstrip().endswith("</div>")
    assert "<script" not in html
    assert "<table" in html
    assert markdown.startswith("# ")
    assert "\n| --- |" in markdown.replace("---:", "---")


def test_it_is_what_the_command_prints(cli: Callable[..., Any]) -> None:
    shown = forecast.predict("compute", ["2028"], rng=generator(0))._repr_markdown_()
    assert shown == cli("predict", "compute", "--by", "2028", "--estimand", "member", "-f", "md").out
    row = json.loads(cli("predict", "compute", "--by", "2028", "--json").out)["result"]["rows"][0]
    assert forecast.predict("compute", ["2028"], rng=generator(0)).rows[0].median == row["median"]


def test_text_from_data_stays_text() -> None:
    frame = {"x": np.geomspace(1, 100, 12), "y": 3 * np.geomspace(1, 100, 12) ** -0.2, "g": ["<script>a</script>"] * 12}
    fits = forecast.fit(frame, law="power", x=["x"], y="y", by_group="g", draws=100)
    assert "<script" not in fits._repr_html_()
    assert "&lt;script&gt;" in fits._repr_html_()


def test_every_page_named_is_that_of_a_result_that_shows_itself() -> None:
    import importlib

    for name, (module, function) in display._PAGES.items():
        folder, _, kind = name.rpartition(".")
        assert issubclass(getattr(importlib.import_module(folder), kind), Displayed)
        assert callable(getattr(importlib.import_module(f"forecast.report.pages.{module}"), function))


def test_anything_else_is_refused_with_what_can_be_shown() -> None:
    with pytest.raises(TypeError, match="a int has no page; those that have: Forecast, "):
        display.answer_of(3)
