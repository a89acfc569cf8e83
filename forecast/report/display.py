"""A result as the piece of HTML or Markdown that a notebook shows: what the command of the same name prints."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from forecast.report.document import Answer
from forecast.report.formats import html
from forecast.report.rendering import render

#: Class of a result -> module of its page, and the function that makes it; imported for the result that is shown.
_PAGES = {
    "forecast.trends.result.Forecast": ("prediction", "prediction_answer"),
    "forecast.generation.joint.NextGeneration": ("generation", "generation_answer"),
    "forecast.fitting.result.Fit": ("fit", "fit_answer"),
    "forecast.fitting.groups.GroupFits": ("groups", "groups_answer"),
    "forecast.costs.result.Estimate": ("estimate", "estimate_answer"),
    "forecast.questions.allocation.Allocation": ("allocation", "allocation_answer"),
    "forecast.questions.experiments.Design": ("experiments", "design_answer"),
    "forecast.questions.afford.Affordability": ("affordability", "affordability_answer"),
    "forecast.questions.auditing.findings.Audit": ("audit", "audit_answer"),
    "forecast.questions.comparison.Comparison": ("comparison", "comparison_answer"),
    "forecast.questions.decompose.Decomposition": ("decomposition", "decomposition_answer"),
    "forecast.regressions.result.Regression": ("regression", "regression_answer"),
    "forecast.regressions.groups.GroupRegressions": ("groups", "regression_groups_answer"),
    "forecast.questions.backtest.Backtest": ("backtest", "backtest_answer"),
}


def answer_of(result: object) -> Answer:
    """Return the answer that the command line would emit for a result.

    Parameters
    ----------
    result : Forecast, NextGeneration, Fit, Regression, Estimate or another of the classes above
        What a function of the package returned.

    Returns
    -------
    Answer
        For :func:`forecast.report.rendering.render`, in any format.

    Raises
    ------
    TypeError
        For anything else.
    """
    kind = type(result)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name not in _PAGES:
        message = f"a {kind.__name__} has no page; those that have: {', '.join(k.rsplit('.', 1)[1] for k in _PAGES)}"
        raise TypeError(message)
    module, function = _PAGES[name]
    make: Callable[[Any], Answer] = getattr(importlib.import_module(f"forecast.report.pages.{module}"), function)
    return make(result)


def as_html(result: object) -> str:
    """Return a result as a piece of HTML without scripts."""
    answer = answer_of(result)
    return html.fragment(replace(answer, document=answer.document.cut("full")))


def as_markdown(result: object) -> str:
    """Return a result as Markdown; a figure is told in words."""
    return str(render(answer_of(result), "markdown").text)
