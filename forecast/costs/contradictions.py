"""Givens that cannot all be true: each is compared with what the others imply, within the uncertainty.

Beyond the uncertainty is a warning; an impossible implication, a difference among exact numbers, or one of more than ten
times is refused, naming both values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from forecast.costs.choices import PRECISIONS, Assumed
from forecast.costs.draws import Streams, spread
from forecast.costs.graph import Resolution, quantity, resolve
from forecast.costs.plan import RunPlan
from forecast.data.dataset import load_dataset
from forecast.data.lookup import find_chip
from forecast.errors import UsageError
from forecast.notes import Note
from forecast.units import format_quantity

#: A factor between given and implied beyond which no choice of inputs reconciles them.
ABSURD = 10.0


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
                f"{behind} contradict each other: they imply {node.title} {format_quantity(middle, node.unit)}"
                f"{_of_peak(plan, resolution, name)}, but it must be {node.limits}"
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
    _check_active(plan)
    seen: set[frozenset[str]] = set()
    for name, given in plan.given.items():
        if not quantity(name).rules or given.central == 0:
            continue
        others = resolve(plan.given.keys() - {name}, assumed)
        if name not in others.rules or math.isinf(others.rules[name].tolerance):
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
        if not implied.ndim or gap > ABSURD:
            raise UsageError(message, hint="correct one of them, or leave one out")
        yield Note(
            "contradiction",
            "warning",
            message + ".",
            "Every given is taken as it is; leave out the one you trust less.",
        )


def check_dense(plan: RunPlan) -> Note | None:
    """Return a warning for a peak that looks like a marketing figure with sparsity.

    Raises
    ------
    UsageError
        When it is the sparse peak of the plan's own chip.
    """
    given = plan.given.get("peak_flop_per_s")
    if given is None:
        return None
    if plan.chip is not None:
        row = find_chip(plan.chip)
        dense = row[PRECISIONS[plan.precision or "bf16"]]
        if _is(given.central, row["sparse_fp16_flop_per_s"]) and not _is(given.central, dense):
            message = (
                f"peak_flop_per_s = {given.central:.4g} is the peak of {row['accelerator']} with 2:4 sparsity; "
                f"training does not reach it"
            )
            hint = f"its dense peak in bf16 is {row['peak_fp16_flop_per_s']:.4g}; for fp8 say --precision fp8"
            raise UsageError(message, hint=hint)
        return None
    rows = load_dataset("hardware").frame
    sparse = rows[np.isclose(rows["sparse_fp16_flop_per_s"], given.central, rtol=0.01)]
    dense_columns = sorted({column for name, column in PRECISIONS.items() if name in ("bf16", "tf32", "fp32")})
    if sparse.empty or np.isclose(rows[dense_columns], given.central, rtol=0.01).any():
        return None
    first = sparse.iloc[0]
    return Note(
        "sparse-peak", "warning",
        f"peak_flop_per_s = {given.central:.4g} is the peak of {first['accelerator']} with 2:4 sparsity in bf16.",
        f"Its dense peak is {first['peak_fp16_flop_per_s']:.4g}; training does not use the sparsity.",
    )  # fmt: skip


def _check_active(plan: RunPlan) -> None:
    active, whole = (plan.given.get(name) for name in ("active_parameters", "parameters"))
    if active is not None and whole is not None and active.central > whole.central:
        message = f"{_stated('active_parameters', plan)} is more than {_stated('parameters', plan)}"
        raise UsageError(message, hint="parameters counts all of them, active ones included")


def _of_peak(plan: RunPlan, resolution: Resolution, name: str) -> str:
    peak_assumed = "peak_flop_per_s" in resolution.ancestors(name) & resolution.assumed
    return f" of the dense {plan.precision} peak of {plan.chip}" if peak_assumed else ""


def _is(value: float, other: float | None) -> bool:
    return other is not None and bool(np.isclose(value, other, rtol=0.01))


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
