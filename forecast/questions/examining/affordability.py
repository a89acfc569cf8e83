"""Who can pay for a run: published budgets against the stated cost, and against that of the next frontier run.

The cost of a frontier run on the day of the claim and today is the member forecast of :mod:`forecast.trends.prediction`
on those days, from what was published by then. A budget reaches a cost when all of it would pay it once.
"""

from __future__ import annotations

from forecast.data.catalog import Row, rows_of
from forecast.dates import from_decimal_year, parse_date
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined, Number
from forecast.trends.prediction import forecast_bare, observe, settings_for
from forecast.units import format_quantity

#: Budgets that somebody could spend on a run; income a head and what runs cost are none.
_NO_BUDGET = ("GDP per capita", "run")


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Count the budgets that reach each cost."""
    assert claim.value is not None
    then, now = (_frontier(day, effort) for day in (claim.settings["said_on"], None))
    budgets = sorted(
        (row for row in rows_of("budgets") if row["category"] not in _NO_BUDGET), key=lambda row: float(row["usd"])
    )
    costs = {"stated": claim.value, "then": then.value, "now": now.value}
    reach = {name: [row for row in budgets if row["usd"] >= cost] for name, cost in costs.items()}
    numbers = (
        Number(f"stated cost of {claim.models[0]}", claim.value, "USD", claim.source),
        then,
        now,
        *(Number(_title(row), row["usd"], "USD", f"{row['category']}; {row['source']}") for row in budgets),
    )
    kinds = ", ".join(dict.fromkeys(row["category"] for row in reach["now"]))
    below = [row for row in budgets if row["usd"] < claim.value]
    sentence = (
        f"Of {len(budgets)} published budgets, {len(reach['stated'])} would pay {format_quantity(claim.value, 'USD')} and "
        f"{len(reach['now'])} the {format_quantity(now.value, 'USD')} that a frontier run is expected to cost now"
        f"{f' ({kinds})' if kinds else ''}. The median research award pays neither: the largest budget below the stated cost "
        f"is {_title(below[-1])}, {format_quantity(below[-1]['usd'], 'USD')}."
    )
    divided = len(reach["now"]) < len(budgets) / 2 or len(reach["now"]) < len(reach["stated"])
    return Examined(
        claim,
        "holds" if divided else "does not hold",
        sentence,
        numbers,
        (
            "datasets/budgets.csv, each budget with its source and year; the cost of hardware used up and electricity, "
            "which is less than a rented run costs.",
        ),
        (
            "The budgets are examples, not a sample: counting them shows the order of magnitude and no share of anybody.",
            "A budget is a whole year or programme; nobody spends all of it on one run.",
            "Reaching the level of an old model has become cheaper (see above); the divide is about the frontier.",
        ),
    )  # fmt: skip


def _frontier(day: str | None, effort: Effort) -> Number:
    (known,) = observe(["cost"], None, None, (), parse_date(day) if day else None)
    origin = from_decimal_year(known.origin)
    settings = settings_for(None, None, "top10", "auto", "member", (effort.level,), effort.draws)
    row = forecast_bare(known, [origin], settings, effort.rng()).select("member", effort.level, origin)
    basis = f"forecast from what was published by {origin}"
    return Number(f"a frontier run on {origin}", row.median, "USD", basis, row.lower, row.upper, effort.level, "prediction")


def _title(row: Row) -> str:
    return f"{row['budget']}, {row['year']}, per {row['period'].removeprefix('1 ')}"


ENTRY = examine
