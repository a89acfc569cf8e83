"""Constant factors that no source names: the simplest number that would make a claim's unexplained figures agree."""

from __future__ import annotations

import math
from dataclasses import replace

from forecast.costs.graph import quantity
from forecast.questions.auditing.claims import read_figure
from forecast.questions.auditing.findings import Finding
from forecast.questions.auditing.known import SLACK


def name_hidden(findings: list[Finding]) -> list[Finding]:
    """Name the constant factor that would make unexplained figures of one claim agree: the simplest that all leave open."""
    open_ = [each for each in findings if each.verdict == "disagrees" and each.lower and _product(each.check)]
    ranges = [_ratio_range(each) for each in open_]
    if not ranges:
        return findings
    if len(open_) == 1:  # one figure alone: only a round factor tells that it is one
        ratio = open_[0].ratio or 1.0
        round_ = round(20 * ratio) / 20
        factor = round_ if round_ and round_ != 1 and abs(ratio / round_ - 1) < SLACK else None
    else:
        factor = simplest(max(each[0] for each in ranges), min(each[1] for each in ranges))
    if factor is None:
        return findings
    names = list(dict.fromkeys(quantity(each.quantity).title.split(" (")[0] for each in open_))
    who = (
        f"{' and '.join(names)} {'both' if len(names) == 2 else 'all'} need it"
        if len(names) > 1
        else "it would give the figure"
    )
    text = f"A hidden constant factor of {factor:g}: {who}, and the source names none."
    return [
        replace(each, why=f"{text} {each.why}", convention="hidden-factor") if each in open_ else each
        for each in findings
    ]


def _product(check: str) -> bool:
    return not check.startswith(("against", "6", "grid", "sum"))


def _ratio_range(each: Finding) -> tuple[float, float]:
    figure = each.stated
    stated = read_figure(f"{figure:.12g}", each.quantity)
    return stated.low / (each.upper or 1), stated.high / (each.lower or 1)


def simplest(low: float, high: float) -> float | None:
    """Return the number with the fewest decimals between two bounds, at most two; else ``None``.

    Examples
    --------
    >>> simplest(1.2456, 1.2565), simplest(0.797, 0.803), simplest(1.1013, 1.1018)
    (1.25, 0.8, None)
    """
    for decimals in (0, 1, 2):
        step = 10.0**-decimals
        first = math.ceil(low / step - 1e-9) * step
        if first <= high * (1 + 1e-12) and first > 0 and abs(first - 1) > SLACK:
            return round(first, decimals)
    return None
