"""How much training compute a budget buys: the cost of a FLOP through the cost graph, with its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.costs.choices import Assumed
from forecast.costs.estimation import estimate
from forecast.costs.plan import RunPlan
from forecast.errors import UsageError
from forecast.laws._law import Array

#: A run small enough to cost next to nothing and large enough to be one; cost is proportional to compute.
_UNIT_FLOP = 1e20
#: Above the yearly output of the world, so a slip of the pen.
_MOST_USD = 1e15
_STATED = ("price_per_chip_hour_usd", "utilization", "peak_flop_per_s")


@dataclass(frozen=True)
class Price:
    """What compute costs.

    Parameters
    ----------
    flop_per_usd : array of shape (draws,)
        Compute for a dollar.
    middle : float
        At the median cost.
    assumptions : tuple of Assumed
        What was not stated, with range and source.
    plan : RunPlan
        Chip, place and date, with the choices that were assumed.
    tables : mapping
        Tables that were read, with their SHA-256.
    """

    flop_per_usd: Array
    middle: float
    assumptions: tuple[Assumed, ...]
    plan: RunPlan
    tables: Mapping[str, str]


def check_budget(budget: float) -> float:
    """Return the budget if it is one.

    Raises
    ------
    UsageError
        When it is not above 0, or more than there is.
    """
    if not 0 < budget <= _MOST_USD:
        message = (
            f"a budget of {budget:g} dollars is {'not above 0' if budget <= 0 else 'more than the world produces'}"
        )
        raise UsageError(message, hint="write it like --budget '$100M'")
    return budget


def price_of_compute(entries: Mapping[str, Any], draws: int, rng: np.random.Generator) -> Price:
    """Return what a dollar buys.

    Parameters
    ----------
    entries : mapping
        A plan's entries: ``chip``, ``mfu``, ``price``, ``date``, ``region``, ``own``, …
    draws : int
        Number of draws.
    rng : numpy.random.Generator
        Source of randomness.

    Raises
    ------
    UsageError
        For an unknown chip or place, or an impossible value.
    """
    plan = RunPlan.read({**entries, "compute": _UNIT_FLOP})
    found = estimate(plan, draws=draws, rng=rng)
    cost = found["cost_usd"]
    behind = found.resolution.ancestors("cost_usd")
    assumptions = tuple(
        each for each in found.assumptions if each.name in behind or each.name in ("chip", "date", "commitment")
    )
    drawn = np.broadcast_to(_UNIT_FLOP / found.draws["cost_usd"], (draws,))
    return Price(drawn, float(_UNIT_FLOP / cost.median), assumptions, found.plan, found.provenance.data)
