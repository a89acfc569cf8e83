"""The report of one planned run: the plan, the answer, what it costs, what dominates, assumptions, comparisons."""

from __future__ import annotations

from dataclasses import replace

from forecast.costs.graph import quantity
from forecast.costs.result import Estimate
from forecast.report.document import Answer, Block, Section, Table, Text
from forecast.report.pages.estimate import estimate_answer, exact_text
from forecast.units import format_interval


def plan_answer(found: Estimate, name: str, command: str) -> Answer:
    """Return the report.

    Parameters
    ----------
    found : Estimate
        From :func:`forecast.costs.estimation.estimate`.
    name : str
        What the plan is called.
    command : str
        The one command that makes it again.
    """
    answer = estimate_answer(found, command, full=True)
    sections = list(answer.document.sections)
    sections.insert(1, Section("The plan", [plan_table(found)]))
    cost = _cost(found)
    if cost:
        sections.insert(2, Section("What it costs", cost))
    document = replace(answer.document, title=f"Plan of a training run: {name}", sections=sections)
    return replace(answer, schema="forecast/report-plan/1", document=document)


def plan_table(found: Estimate) -> Table:
    """Return what the plan states, numbers and choices."""
    rows = []
    for key, given in found.plan.given.items():
        node = quantity(key)
        value = exact_text(given.central, node.unit)
        span = "exact" if given.exact else format_interval(given.low, given.high, node.unit)
        rows.append([node.title, value, span])
    assumed = {each.name for each in found.assumptions}
    for key in ("chip", "precision", "region", "provider", "date", "commitment"):
        value = getattr(found.plan, key)
        if value is not None and key not in assumed:
            rows.append([key, str(value), ""])
    if found.plan.own:
        rows.append(["cost", "by ownership", ""])
    if found.plan.development:
        rows.append(["development", "experiments and failed runs counted", ""])
    return Table(
        ["given", "value", "range"], rows, "What the plan leaves out is assumed, and listed below with its source."
    )


def _cost(found: Estimate) -> list[Block]:
    from forecast.figures.cost_parts import draw, parts_of

    if not parts_of(found):
        return []
    kind = found["cost_usd"].convention.cost if "cost_usd" in found.results else None
    basis = f"The cost above is by {kind}. " if kind else ""
    text = (
        f"{basis}Renting pays for hardware, building and electricity at once; an owner pays for the part of the hardware's life "
        "that is used up, and for electricity. The two are alternatives, not parts of one sum."
    )
    return [Text(text), draw(found, "cost-parts")]
