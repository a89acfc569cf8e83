"""Growth between two stated figures against the growth of like with like: of typical models, and of the frontier.

``implied = (last / first)^(1 / years)``; the others are slopes of the trend lines (:mod:`forecast.trends.line`) through
all notable models and through the frontier's members (:mod:`forecast.data.frontier`), published by the day of the claim.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecast.data.frontier import FrontierRule
from forecast.dates import decimal_year, from_decimal_year, parse_date
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Evidence, Examined, Line, Number, agrees, of_growth, shown
from forecast.trends.members import select_members
from forecast.trends.observations import Observations
from forecast.trends.prediction import forecast_bare, observe, settings_for
from forecast.trends.result import Forecast
from forecast.trends.targets import TARGETS
from forecast.units import format_quantity

_YEAR = dt.timedelta(days=365)


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Compare the two figures of the claim with the models of their time, and its growth with both trends."""
    assert claim.value is not None
    assert claim.baseline is not None
    said_on = parse_date(claim.settings["said_on"])
    start, end = int(claim.settings["from"]), int(claim.settings["to"])
    where = [claim.settings["where"]]
    target = next(name for name, each in TARGETS.items() if each.unit == claim.unit)
    (known,) = observe([target], None, None, where, said_on)
    (today,) = observe([target], None, None, where, None)
    trends = {rule: _trend(known, rule, start, effort) for rule in ("all", "top10")}
    first = _between(known, dt.date(start, 1, 1), dt.date(start, 12, 31))
    last_day = from_decimal_year(today.origin)
    latest = _between(today, last_day - _YEAR, last_day)
    named = claim.model()
    implied = (claim.value / claim.baseline) ** (1 / (end - start))
    typical = trends["all"].growth
    like = typical.lower <= implied <= typical.upper
    ends_hold = agrees(claim.baseline, float(np.median(first.size))) and agrees(claim.value, named[target])
    largest, largest_name = _largest(first)
    unit, table = claim.unit, "datasets/models.csv"
    numbers = (
        Number(f"median size in {start}", float(np.median(first.size)), unit, f"{len(first.size)} notable models, {table}"),
        Number(f"largest in {start}: {largest_name}", largest, unit, table),
        Number(named["name"], named[target], unit, f"{table}, {named[f'{target}_status']}, {named['published']:%Y-%m-%d}"),
        Number(f"median size in the year to {last_day}", float(np.median(latest.size)), unit, f"{len(latest.size)} notable models, {table}"),
        Number("growth that the two stated figures imply", implied, "×/year", f"{end - start} years"),
        of_growth(typical, "growth of typical models", f"line through {trends['all'].fit.n} notable models"),
        of_growth(trends["top10"].growth, "growth of the frontier", f"line through {trends['top10'].fit.n} models, each among the ten largest when published"),
    )  # fmt: skip
    ends = "Both ends are right" if ends_hold else "The ends are not both right"
    sentence = (
        f"{ends}: the median notable language model of {start} has {format_quantity(float(np.median(first.size)), unit)} "
        f"{unit} and {named['name']} {format_quantity(named[target], unit)}. "
    )
    if not like:
        sentence += (
            f"But the first is a typical model and the second was among the largest of its time; in {start} the largest "
            f"already had {format_quantity(largest, unit)}. Like with like, typical models grew "
            f"{_growth(trends['all'])} and the frontier {_growth(trends['top10'])}; the two figures together imply "
            f"{shown(implied, '×/year')}, which is neither."
        )
    undisclosed = 1 - len(latest.size) / max(len(_between_all(today, last_day - _YEAR, last_day)), 1)
    return Examined(
        claim,
        ("holds" if like else "holds with a qualification") if ends_hold else "does not hold",
        sentence,
        numbers,
        (
            f"Notable language models published from {start} to {said_on} ({len(known.size)} state their size, older ones "
            f"rank only); intervals of growth are confidence intervals of the line by least squares, no forecasts.",
        ),
        (
            "Sparse mixtures of experts count all their parameters, of which a token meets a few.",
            f"{format_quantity(undisclosed, 'fraction')} of the notable language models of the year to {last_day} state no "
            f"size, so what happened since may be told by models that are unlike the others.",
        ),
        _evidence(claim, known, trends, start, end),
    )


def _trend(known: Observations, rule: str, start: int, effort: Effort) -> Forecast:
    choices = settings_for(None, dt.date(start, 1, 1), rule, "ols", "trend", (effort.level,), 100)
    return forecast_bare(known, (), choices, effort.rng())


def _growth(trend: Forecast) -> str:
    growth = trend.growth
    return (
        f"{shown(growth.factor_per_year, '×/year')} ({100 * growth.level:.3g} % confidence interval {growth.lower:.1f} to "
        f"{growth.upper:.1f})"
    )


def _evidence(claim: ArticleClaim, known: Observations, trends: dict[str, Forecast], start: int, end: int) -> Evidence:
    shown_rows = known.year >= start
    years = np.array([float(start), known.origin])
    frame = known.frame[shown_rows]
    frontier = trends["top10"]
    members = _members(known, start)
    lines = [
        Line(label, years, _line(trends[rule], years)) for rule, label in (("all", "typical"), ("top10", "frontier"))
    ]
    stated = Line(
        "the article",
        np.array([start + 0.5, decimal_year(claim.model()["published"].date())]),
        np.array([claim.baseline, claim.value]),
    )
    kinds = (f"frontier: among the ten largest when published ({frontier.fit.n})", "other notable models")
    return Evidence(
        f"Parameters of language models, {start} to {end}", "parameters", claim.unit, known.year[shown_rows],
        known.size[shown_rows], [str(name) for name in frame["name"]], members[shown_rows], kinds, lines, stated,
    )  # fmt: skip


def _members(known: Observations, start: int) -> NDArray[np.bool_]:
    _, chosen = select_members(known.year, known.size, FrontierRule("top10"), since=float(start), origin=known.origin)
    found = np.zeros(len(known.year), dtype=bool)
    found[chosen] = True
    return found


def _line(trend: Forecast, years: NDArray[np.float64]) -> NDArray[np.float64]:
    row = trend.select("trend", trend.growth.level, trend.dates[0])
    slope = np.log10(trend.growth.factor_per_year)
    return np.asarray(row.median * 10 ** (slope * (years - decimal_year(trend.dates[0]))))


def _between(seen: Observations, first: dt.date, last: dt.date) -> Observations:
    kept = (seen.year >= decimal_year(first)) & (seen.year <= decimal_year(last))
    return replace(seen, year=seen.year[kept], size=seen.size[kept], frame=seen.frame[kept])


def _between_all(seen: Observations, first: dt.date, last: dt.date) -> NDArray[np.float64]:
    return seen.years[(seen.years >= decimal_year(first)) & (seen.years <= decimal_year(last))]


def _largest(seen: Observations) -> tuple[float, str]:
    at = int(np.argmax(seen.size))
    return float(seen.size[at]), str(seen.frame["name"].iloc[at])


ENTRY = examine
