"""Formulas and definitions behind a forecast, for the template ``methods``: the words of the code that computed it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence

from forecast.data import frontier
from forecast.data.frontier import FrontierRule
from forecast.report.document import Block, Bullets, Code, Section, Table, Text
from forecast.report.pages.prediction import ESTIMAND_NAMES
from forecast.report.terms import INTERVAL_TERMS
from forecast.trends import line
from forecast.trends.methods import METHODS
from forecast.trends.result import ESTIMANDS, Forecast

_LINE = """log10(size) = level + slope · (year − centre) + scatter
growth a year = 10^slope          doubling time in months = 12 · log10(2) / slope
prediction interval of level p = quantiles (1 − p)/2 and (1 + p)/2 of the draws of a new member
record = max(present record, member), draw by draw"""


def definitions_section(forecasts: Sequence[Forecast]) -> Section:
    """Return what every word and method of these forecasts means."""
    rules = dict.fromkeys(forecast.fit.frontier for forecast in forecasts)
    estimands = [(ESTIMAND_NAMES[name], meaning) for name, meaning in ESTIMANDS.items()]
    members = [(f"frontier rule {rule}", FrontierRule(rule).describe()) for rule in rules]
    blocks: list[Block] = [
        Table(["term", "meaning"], [*estimands, *members, *INTERVAL_TERMS.items()], "Terms as this report uses them"),
        Code(_LINE, "text"),
        *_words(inspect.getdoc(line)),
        Text("Who is fitted", strong=True),
        *_words(inspect.getdoc(frontier)),
    ]
    for name in dict.fromkeys(forecast.method for forecast in forecasts):
        entry = METHODS[name]
        blocks += [Text(f"Method {name}", strong=True), *_words(inspect.getdoc(sys.modules[type(entry).__module__]))]
    blocks.append(Bullets([f"Draws: {len(forecast.draws):,} for {forecast.title.lower()}" for forecast in forecasts]))
    return Section("Formulas and definitions", blocks, depth="methods")


def _words(docstring: str | None) -> list[Text]:
    """Return a docstring's paragraphs."""
    paragraphs = (docstring or "").split("\n\n")
    marks = str.maketrans("", "", "`*")
    return [Text(" ".join(part.translate(marks).split())) for part in paragraphs if part.strip()]
