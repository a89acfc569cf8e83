"""Whether training becomes cheaper: the price of a run of fixed compute over time, against the bill of frontier runs.

The price at fixed compute changes by ``10^c`` a year in the regression of :mod:`forecast.questions.examining.pricing`;
the bill of the frontier is the trend of the cost itself (:mod:`forecast.trends.line`).
"""

from __future__ import annotations

import math

import numpy as np

from forecast.dates import decimal_year, from_decimal_year, parse_date
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Evidence, Examined, Line, Number, of_growth, times
from forecast.questions.examining.pricing import Price, price_since
from forecast.trends.prediction import forecast_bare, observe, settings_for
from forecast.units import format_quantity


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Compare the named models, the price of the second's compute over time, and the bill of the frontier."""
    cheap, base = claim.model(0), claim.model(1)
    since = parse_date(claim.settings["since"])
    price = price_since(since.isoformat(), effort)
    (bills,) = observe(["cost"], None, None, (), None)
    settings = settings_for(None, since, "top10", "ols", "trend", (effort.level,), 100)
    bill = forecast_bare(bills, (), settings, effort.rng()).growth
    wanted, (fall, low, high) = float(base["training_compute_flop"]), price.change()
    dollars, table = f"dollars of {base['cost_dollar_year']:.0f}", "datasets/models.csv"
    what = f"cost of {format_quantity(wanted, 'FLOP', digits=3)}"
    per_flop = [row["cost_usd"] / row["training_compute_flop"] for row in (base, cheap)]
    days = np.array([decimal_year(base["published"].date()), bills.origin])
    numbers = [
        number
        for row in (base, cheap)
        for number in (
            Number(f"{row['name']}: compute", row["training_compute_flop"], "FLOP", f"{table}, {row['training_compute_flop_status']}"),
            Number(f"{row['name']}: cost", row["cost_usd"], "USD", f"{table}, {row['cost_method']}, {dollars}"),
        )
    ]  # fmt: skip
    numbers.append(
        Number(
            f"a FLOP of {base['name']} over one of {cheap['name']}",
            per_flop[0] / per_flop[1],
            "×",
            "ratio of the rows above",
        )
    )
    numbers += [
        Number(f"{what} on {from_decimal_year(day)}", middle, "USD", f"regression of {price.link.count} models; {dollars}", lower, upper, effort.level, "prediction")
        for day, middle, lower, upper in zip(days, *price.at(wanted, days), strict=True)
    ]  # fmt: skip
    numbers += [
        Number("change of that cost", fall, "×/year", "the same regression", low, high, effort.level, "confidence"),
        of_growth(bill, "growth of the cost of frontier models", "line through models among the ten dearest when published"),
    ]  # fmt: skip
    falls, rises = high < 1, bill.lower > 1
    halves = f": it halves in {math.log(0.5) / math.log(fall):.1f} years. " if falls else ". "
    more = (
        f"The bill of frontier models grew by a factor of {bill.factor_per_year:.1f} a year over the same years: compute "
        f"gets cheaper, and more of it is bought."
    )
    sentence = (
        f"{cheap['name']} took {times(cheap['training_compute_flop'] / wanted)} the compute of {base['name']} at "
        f"{times(cheap['cost_usd'] / base['cost_usd'])} its cost. In general the {what} changed by a factor of {fall:.2f} a "
        f"year ({100 * effort.level:.3g} % interval {low:.2f} to {high:.2f}){halves}{more if rises else ''}"
    )
    return Examined(
        claim,
        ("holds with a qualification" if rises else "holds") if falls else "does not hold",
        sentence,
        tuple(numbers),
        (
            f"{price.link.count} notable models since {since} with a cost computed from their own hardware and hours; costs "
            f"imputed from compute are left out, for they would answer with what was assumed.",
            f"Cost is {base['cost_method']}: no rent, no staff, no earlier runs.",
        ),
        (
            "Cheaper compute is not all: a smaller model trained on more text may match a larger one, and no price of a "
            "FLOP shows that.",
            "Fewer models disclose their hardware and hours than did; the fall is that of models that disclose.",
            f"The scatter about the regression is {price.link.residual_sd:.2f} orders of magnitude: one model says little.",
        ),
        _evidence(price, wanted, what, bills.origin, (base["name"], cheap["name"])),
    )


def _evidence(price: Price, wanted: float, what: str, last: float, named: tuple[str, str]) -> Evidence:
    models = price.models
    year = decimal_year(models["published"].to_numpy("datetime64[D]"))
    value = (models["cost_usd"] / models["training_compute_flop"]).to_numpy(dtype=float) * wanted
    grid = np.linspace(float(year.min()), last, 25)
    middle, lower, upper = price.at(wanted, grid)
    line = Line("a run of that compute", grid, middle, lower, upper, f"{100 * price.level:.3g} % prediction interval")
    names = [str(name) for name in models["name"]]
    return Evidence(
        f"The {what}, at each model's own price of a FLOP", what, "USD", year, value, names, np.isin(names, named),
        ("the two models of the claim", "other models"), [line],
    )  # fmt: skip


ENTRY = examine
