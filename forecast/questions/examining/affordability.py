"""Who can pay for a run: published budgets against the stated cost, and against that of the next frontier run.

The cost of a frontier run on the day of the claim and today is the member forecast of :mod:`forecast.trends.prediction`
on those days, from what was published by then. A budget reaches a cost when all of it would pay it once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecast.data.catalog import Row, rows_of
from forecast.dates import from_decimal_year, parse_date
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined, Number
from forecast.questions.examining.pricing import price_since
from forecast.trends.prediction import forecast_bare, observe, settings_for
from forecast.units import format_quantity

#: Budgets that somebody could spend on a run; income a head and what runs cost are none.
_NO_BUDGET = ("GDP per capita", "run")
#: What one group of researchers gets.
_ONE_GROUP = ("research grant", "research project", "compute grant")


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Count the budgets that reach each cost."""
    assert claim.value is not None
    model = claim.model()
    then, now = (_frontier(day, effort) for day in (claim.settings["said_on"], None))
    old = _today(model, claim.settings["since"], effort)
    budgets = sorted(
        (row for row in rows_of("budgets") if row["category"] not in _NO_BUDGET), key=lambda row: float(row["usd"])
    )
    groups = [row for row in budgets if row["category"] in _ONE_GROUP]
    stated, frontier = (_reach(budgets, cost) for cost in (claim.value, now.value))
    numbers = (
        Number(f"{model['name']}, stated", claim.value, "USD", "the article"),
        old,
        then,
        now,
        *(Number(_title(row), row["usd"], "USD", f"{row['category']}; {row['source']}") for row in budgets),
    )
    out_of_reach = not _reach(groups, now.value)
    caught_up = bool(_reach(groups, old.value)) and not _reach(groups, claim.value)
    kinds = ", ".join(dict.fromkeys(row["category"] for row in frontier))
    sentence = (
        f"Of {len(budgets)} published budgets, {len(stated)} would pay {format_quantity(claim.value, 'USD')} once, and "
        f"{len(frontier)} the {format_quantity(now.value, 'USD')} expected of a frontier run now ({kinds}); of the "
        f"{len(groups)} of one group of researchers {len(_reach(groups, now.value)) or 'none'} does. "
    )
    if caught_up:
        sentence += (
            f"The divide moves: the compute of {model['name']} costs about {format_quantity(old.value, 'USD')} now, which "
            f"{len(_reach(groups, old.value))} of these {len(groups)} would pay, but the frontier has moved on."
        )
    return Examined(
        claim,
        ("holds with a qualification" if caught_up else "holds") if out_of_reach else "does not hold",
        sentence,
        numbers,
        (
            "datasets/budgets.csv, each budget with its source and year; costs are hardware used up and electricity, less "
            "than a rented run costs.",
        ),
        (
            "The budgets are examples, not a sample: counting them shows orders of magnitude, and no share of anybody.",
            "A budget is a whole year, programme or round; nobody spends all of it on one run.",
            f"The interval of a frontier run now is wide ({format_quantity(now.lower, 'USD')} to "
            f"{format_quantity(now.upper, 'USD')}).",
        ),
    )  # fmt: skip


def _reach(budgets: Sequence[Row], cost: float) -> list[Row]:
    return [row for row in budgets if row["usd"] >= cost]


def _today(model: Row, since: str, effort: Effort) -> Number:
    price = price_since(since, effort)
    (bills,) = observe(["cost"], None, None, (), None)
    middle, lower, upper = price.at(model["training_compute_flop"], np.array([bills.origin]))[:, 0]
    label = f"the compute of {model['name']} on {from_decimal_year(bills.origin)}"
    basis = f"regression of the cost of {price.link.count} models on compute and date"
    return Number(label, float(middle), "USD", basis, float(lower), float(upper), effort.level, "prediction")


def _frontier(day: str | None, effort: Effort) -> Number:
    (known,) = observe(["cost"], None, None, (), parse_date(day) if day else None)
    origin = from_decimal_year(known.origin)
    settings = settings_for(None, None, "top10", "auto", "member", (effort.level,), effort.draws)
    row = forecast_bare(known, [origin], settings, effort.rng()).select("member", effort.level, origin)
    basis = f"forecast from what was published by {origin}"
    return Number(
        f"a frontier run on {origin}", row.median, "USD", basis, row.lower, row.upper, effort.level, "prediction"
    )


def _title(row: Row) -> str:
    return f"{row['budget']}, {row['year']}, per {row['period'].removeprefix('1 ')}"


ENTRY = examine
