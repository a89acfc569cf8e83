"""Whether training becomes cheaper: the price of a run of fixed compute over time, against the bill of frontier runs.

``log10(cost) = a + b log10(FLOP) + c year`` over models whose cost was computed from their own hardware and hours; at
fixed compute the cost changes by ``10^c`` a year (Student-t draws, :mod:`forecast.trends.conditional`). The bill of the
frontier is the trend of the cost itself.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.dataset import load_dataset
from forecast.dates import decimal_year, from_decimal_year, parse_date
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Evidence, Examined, Line, Number, of_growth, shown
from forecast.trends.conditional import fit_conditional
from forecast.trends.prediction import forecast_bare, observe, settings_for
from forecast.units import format_quantity

_MEASURED = ("reported", "derived")


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Compare the named models, the price of the second's compute over time, and the bill of the frontier."""
    cheap, base = claim.model(0), claim.model(1)
    since = parse_date(claim.settings["since"])
    models = _models(claim.settings["since"])
    year = decimal_year(models["published"].to_numpy("datetime64[D]"))
    compute, cost = (models[name].to_numpy(dtype=float) for name in ("training_compute_flop", "cost_usd"))
    link = fit_conditional(np.log10(cost), {"compute": np.log10(compute), "year": year}, "cost")
    (bills,) = observe(["cost"], None, None, (), None)
    drawn = link.draw(effort.draws, effort.rng())
    wanted = float(base["training_compute_flop"])
    grid = np.linspace(float(year.min()), bills.origin, 25)
    values = 10 ** drawn.at(np.full((1, len(grid)), math.log10(wanted)), grid[None, :])
    ends = ((1 - effort.level) / 2, (1 + effort.level) / 2)
    slopes = drawn.coefficients[:, 2]
    fall, low, high = (float(10**value) for value in np.quantile(slopes, [0.5, *ends]))
    settings = settings_for(None, since, "top10", "ols", "trend", (effort.level,), 100)
    bill = forecast_bare(bills, (), settings, effort.rng()).growth
    dollars = f"dollars of {base['cost_dollar_year']:.0f}"
    what = f"cost of {format_quantity(wanted, 'FLOP', digits=3)}"
    numbers = [
        Number(f"{row['name']}: compute", row["training_compute_flop"], "FLOP", f"datasets/models.csv, {row['training_compute_flop_status']}")
        for row in (base, cheap)
    ] + [
        Number(f"{row['name']}: cost", row["cost_usd"], "USD", f"datasets/models.csv, {row['cost_method']}, {dollars}")
        for row in (base, cheap)
    ]  # fmt: skip
    per_flop = _rate(base) / _rate(cheap)
    numbers.append(Number(f"a FLOP of {base['name']} over one of {cheap['name']}", per_flop, "×", "cost over compute, ratio"))
    for when in (float(decimal_year(base["published"].date())), bills.origin):
        at = 10 ** drawn.at(np.full((1, 1), math.log10(wanted)), np.full((1, 1), when))[:, 0]
        middle, lower, upper = (float(value) for value in np.quantile(at, [0.5, *ends]))
        label = f"{what} on {from_decimal_year(when)}"
        numbers.append(Number(label, middle, "USD", f"{link.count} models; {dollars}", lower, upper, effort.level, "prediction"))
    numbers += [
        Number("change of that cost", fall, "×/year", f"regression of {link.count} models on compute and date", low, high, effort.level, "credible"),
        of_growth(bill, "growth of the cost of frontier models", "line through models among the ten dearest when published"),
    ]  # fmt: skip
    falls, rises = high < 1, bill.lower > 1
    sentence = (
        f"{cheap['name']} took {shown(cheap['training_compute_flop'] / wanted, '×')} the compute of {base['name']} for "
        f"{shown(cheap['cost_usd'] / base['cost_usd'], '×')} its cost. In general the cost of a run of {format_quantity(wanted, 'FLOP', digits=3)} "
        f"{'fell' if fall < 1 else 'rose'} by {shown(fall, '×/year')} ({100 * effort.level:.3g} % interval {low:.2f} to {high:.2f})"
        + (f": it halves in {math.log(0.5) / math.log(fall):.1f} years. " if falls else ". ")
        + (
            f"The bill of frontier models grew by {shown(bill.factor_per_year, '×/year')} over the same years: compute gets "
            f"cheaper, and more of it is bought."
            if rises
            else ""
        )
    )
    return Examined(
        claim,
        ("holds with a qualification" if rises else "holds") if falls else "does not hold",
        sentence,
        tuple(numbers),
        (
            f"{link.count} notable models since {since} with a cost computed from their own hardware and hours; costs that "
            f"were imputed from compute are left out, for they would answer with what was assumed.",
            f"Cost is {base['cost_method']}: no rent, no staff, no earlier runs.",
        ),
        (
            "Cheaper compute is not all: a smaller model trained on more text can match a larger one, which is in no price "
            "of a FLOP, and would make the fall steeper.",
            "Who discloses hardware and hours has changed; the fall is that of models that disclose.",
            f"The scatter about the line is {link.residual_sd:.2f} orders of magnitude: one model says little.",
        ),
        _evidence(models, year, cost / compute * wanted, what, grid, np.quantile(values, [0.5, *ends], axis=0), (base["name"], cheap["name"])),
    )  # fmt: skip


def _models(since: str) -> pd.DataFrame:
    frame = load_dataset("models").frame
    kept = frame["notable"] & (frame["use"] != "excluded") & frame["cost_usd_status"].isin(_MEASURED)
    kept &= frame["training_compute_flop"].notna() & (frame["published"] >= since)
    return frame[kept].sort_values("published", kind="stable")


def _rate(row: object) -> float:
    return float(row["cost_usd"] / row["training_compute_flop"])  # type: ignore[index]


def _evidence(
    models: pd.DataFrame, year: NDArray[np.float64], value: NDArray[np.float64], what: str, grid: NDArray[np.float64],
    band: NDArray[np.float64], named: tuple[str, str],
) -> Evidence:  # fmt: skip
    names = [str(name) for name in models["name"]]
    return Evidence(
        f"The {what}, at each model's own price of a FLOP", what, "USD", year, value, names,
        np.isin(names, named), ("the models of the claim", "other models"), [Line("cost of that compute", grid, *band)],
    )  # fmt: skip


ENTRY = examine
