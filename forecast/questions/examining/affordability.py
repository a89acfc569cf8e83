"""Who can pay for a run: how far behind the frontier the stated money is, then and now, and which budgets reach it.

All of it is :func:`forecast.questions.afford.afford`: what a budget rents at the prices of a day, against the line of the
frontier's compute, and published budgets against the rent of one run on that line.
"""

from __future__ import annotations

import datetime as dt

from forecast.dates import parse_date
from forecast.questions.afford import Affordability, Holder, Row, afford
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined, Number
from forecast.units import format_quantity

#: What one group of researchers gets.
_ONE_GROUP = ("research grant", "research project", "compute grant")
#: What a run cost is no budget.
_NO_BUDGET = ("run",)


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Place the stated cost and published budgets against the frontier, on the day of the claim and now."""
    assert claim.value is not None
    level, budget = effort.level, format_quantity(claim.value, "USD")
    said_on = parse_date(claim.settings["said_on"])
    options = {"levels": (level,), "draws": effort.draws}
    then = afford([claim.value], [said_on], rng=effort.rng(), **options)  # type: ignore[arg-type]
    now = afford([claim.value], who=True, rng=effort.rng(), **options)  # type: ignore[arg-type]
    day = now.dates[0]
    holders = [holder for holder in now.holders if holder.category not in _NO_BUDGET]
    groups = [holder for holder in holders if holder.category in _ONE_GROUP]
    reach = [holder for holder in holders if holder.share.median >= 1]
    shut_out = not any(holder in reach for holder in groups)
    lags = (_lag(then, claim.value, said_on), _lag(now, claim.value, day))
    costs = [
        _number(found.frontier[0], f"a run on the frontier's line on {date}, rented", "USD")
        for found, date in ((then, said_on), (now, day))
    ]
    numbers = (
        *(_number(lag, f"{budget} on {date}: years behind the frontier", "years") for lag, date in zip(lags, (said_on, day), strict=True)),
        _number(now.widening, "years that a constant budget falls behind each year", "years"),
        *costs,
        *(_share(holder) for holder in holders),
    )  # fmt: skip
    best = max(groups, key=lambda holder: holder.usd)
    kinds = ", ".join(dict.fromkeys(holder.category for holder in reach))
    sentence = (
        f"On {said_on}, {budget} rented what the frontier had done {lags[0].median:.1f} years before; on {day}, "
        f"{lags[1].median:.1f} years before: the gap of a constant budget {'widens' if now.widening.median > 0 else 'narrows'} "
        f"by {abs(now.widening.median):.1f} years a year. Of {len(holders)} published budgets {len(reach)} would rent one run "
        f"on the frontier's line now, {format_quantity(costs[1].value, 'USD')} ({kinds}); of the {len(groups)} of one group of "
        f"researchers {'none' if shut_out else 'some'} would, the largest paying {format_quantity(best.share.median, 'fraction')} of it."
    )
    return Examined(
        claim,
        "holds" if shut_out and now.widening.lower > 0 else "does not hold",
        sentence,
        numbers,
        (
            f"Rental prices of chips at list price, their utilization, and a line through {now.models} frontier models "
            f"(forecast afford --who); datasets/budgets.csv, each budget with its source.",
        ),
        (
            "The budgets are examples, not a sample: counting them shows orders of magnitude, and no share of anybody.",
            "A budget is a whole year, programme or round; nobody spends all of it on one run.",
            *(note.message for note in now.notes if note.code == "list-prices"),
        ),
    )


def _lag(found: Affordability, budget: float, date: dt.date) -> Row:
    return found.select(budget, date, "lag_years", found.levels[-1])


def _number(row: Row, label: str, unit: str) -> Number:
    return Number(
        label, row.median, unit, "forecast afford", row.lower, row.upper, row.level, "uncertainty of the inputs"
    )


def _share(holder: Holder) -> Number:
    row = holder.share
    label = f"{holder.budget}, {holder.year}, of a frontier run now"
    basis = f"{holder.category}: {format_quantity(holder.usd, 'USD')}, datasets/budgets.csv"
    unit = "fraction" if row.median < 1 else "×"
    return Number(label, row.median, unit, basis, row.lower, row.upper, row.level, "uncertainty of the inputs")


ENTRY = examine
