"""Givens that cannot all be true: each is compared with what the others imply, within the uncertainty.

Beyond the uncertainty is a warning; an impossible implication, a difference among exact numbers, or one of more than ten
times is refused, naming both values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from forecast.costs.assumptions import Assumed
from forecast.costs.draws import Streams, spread
from forecast.costs.graph import Resolution, quantity, resolve
from forecast.costs.plan import RunPlan
from forecast.errors import UsageError
from forecast.notes import Note
from forecast.units import format_quantity

#: A factor between given and implied beyond which no choice of inputs reconciles them.
_ABSURD = 10.0


def check_implied(plan: RunPlan, resolution: Resolution, values: Mapping[str, NDArray[np.float64]]) -> None:
    """Refuse givens that imply an impossible value, such as a utilization above 1.

    Raises
    ------
    UsageError
        Naming the givens and what they imply.
    """
    for name, rule in resolution.rules.items():
        node = quantity(name)
        middle = float(np.median(values[name]))
        if rule.backward_from and not node.possible(middle):
            behind = " and ".join(_stated(each, plan) for each in _givens(resolution, name))
            message = (
                f"{behind} contradict each other: they imply {node.title} {format_quantity(middle, node.unit)}, "
                f"but it must be {node.limits}"
            )
            raise UsageError(message, hint="correct one of them, or leave one out")


def check_consistent(
    plan: RunPlan,
    assumed: Mapping[str, Assumed],
    resolution: Resolution,
    values: Mapping[str, NDArray[np.float64]],
    streams: Streams,
) -> Iterator[Note]:
    """Yield a warning for every given that lies outside what the others imply.

    Raises
    ------
    UsageError
        When exact numbers disagree, or uncertain ones by more than ten times.
    """
    seen: set[frozenset[str]] = set()
    for name, given in plan.given.items():
        if not quantity(name).rules or given.central == 0:
            continue
        others = resolve(plan.given.keys() - {name}, assumed)
        if name not in others.rules:
            continue
        involved = frozenset(_givens(others, name))
        if not involved or involved | {name} in seen:
            continue
        implied = _implied(name, others, assumed, values, streams)
        tolerance = 1 + others.rules[name].tolerance
        low, high = np.quantile(implied, [0.005, 0.995]) / np.array([tolerance, 1 / tolerance])
        if low <= given.high and given.low <= high:
            continue
        seen.add(involved | {name})
        unit = quantity(name).unit
        span = format_quantity(float(np.median(implied)), unit, digits=3)
        if implied.ndim:
            span += f" ({format_quantity(low, unit)} to {format_quantity(high, unit)})"
        stated = " and ".join(_stated(each, plan) for each in sorted(involved))
        message = (
            f"{_stated(name, plan)} disagrees with {stated}, which {'imply' if len(involved) > 1 else 'implies'} {span}"
        )
        gap = max(given.low / high, low / given.high)
        if not implied.ndim or gap > _ABSURD:
            raise UsageError(message, hint="correct one of them, or leave one out")
        yield Note(
            "contradiction",
            "warning",
            message + ".",
            "Every given is taken as it is; leave out the one you trust less.",
        )


def _givens(resolution: Resolution, name: str) -> list[str]:
    return sorted(resolution.ancestors(name) & resolution.given)


def _stated(name: str, plan: RunPlan) -> str:
    node = quantity(name)
    return f"{name} = {format_quantity(plan.given[name].central, node.unit, digits=3)}"


def _implied(
    name: str,
    others: Resolution,
    assumed: Mapping[str, Assumed],
    values: Mapping[str, NDArray[np.float64]],
    streams: Streams,
) -> NDArray[np.float64]:
    start = {each: values[each] for each in others.given}
    for each in others.assumed:
        row = assumed[each]
        uncertain = row.low < row.high
        start[each] = (
            spread(quantity(each), row.low, row.value, row.high, streams.scores(each))
            if uncertain
            else np.asarray(row.value)
        )
    return others.evaluate(start)[name]
