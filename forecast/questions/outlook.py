"""One metric in full: the forecast, the models behind it, the fan to draw, what is not disclosed, and the sensitivity.

It answers what a report needs beyond the numbers of `predict`, from the same function and the same draws.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from forecast.data.frontier import FrontierRule
from forecast.dates import decimal_year, from_decimal_year
from forecast.errors import FitError
from forecast.questions.sensitivity import Sensitivity, vary
from forecast.settings import generator
from forecast.trends.choices import Settings
from forecast.trends.members import select_members
from forecast.trends.observations import Observations
from forecast.trends.prediction import forecast_bare, forecast_observations, imputed_share
from forecast.trends.result import Forecast
from forecast.trends.track_record import track_record

#: What a report varies; `forecast sensitivity` varies more.
REPORTED_CHOICES = ("frontier", "start", "outliers", "dollars", "confidence", "imputed", "history")
_FAN_STEPS = 25


@dataclass(frozen=True)
class Outlook:
    """A metric in full.

    Parameters
    ----------
    forecast : Forecast
        The answer.
    models : pandas.DataFrame
        ``name, date, year, size, role, status, domain, link``; role is ``member``, ``history`` (ranks only) or
        ``other``; the last three are empty where the table does not say.
    fan : pandas.DataFrame
        ``date, year, estimand, level, median, lower, upper``, and ``line`` of the fitted line, on a grid of dates.
    scores : tuple of dict
        The track record: scores of the method and of the baselines, by estimand and level; empty where there is none.
    sensitivity : Sensitivity
        The forecast under the choices of :data:`REPORTED_CHOICES`.
    disclosure : pandas.DataFrame
        By year of publication: ``year, models, without, share`` of the population without a value.
    imputed : float or None
        Share of the fitted values that are imputed.
    """

    forecast: Forecast
    models: pd.DataFrame
    fan: pd.DataFrame
    scores: tuple[dict[str, Any], ...]
    sensitivity: Sensitivity
    disclosure: pd.DataFrame
    imputed: float | None


def look_out(observations: Observations, by: Sequence[str | dt.date], settings: Settings, seed: int) -> Outlook:
    """Return the full outlook of a metric.

    Parameters
    ----------
    observations : Observations
        Rows with date and size.
    by : sequence of str or datetime.date
        Dates to forecast.
    settings : Settings
        As for `predict`.
    seed : int
        Every part starts from it, so the fan passes through the numbers of the table.
    """
    forecast = forecast_observations(observations, by, settings, generator(seed))
    forecast = replace(forecast, provenance=replace(forecast.provenance, seed=seed))
    settings = replace(settings, method=forecast.method)
    first = decimal_year(settings.since) if settings.since else None
    _, chosen = select_members(
        observations.year, observations.size, FrontierRule(settings.frontier), since=first, origin=observations.origin
    )
    return Outlook(
        forecast=forecast,
        models=_models(observations, chosen, first),
        fan=_fan(observations, forecast, settings, seed),
        scores=_scores(observations, settings),
        sensitivity=vary(observations, forecast, settings, seed, REPORTED_CHOICES),
        disclosure=_disclosure(observations, first),
        imputed=imputed_share(observations, chosen),
    )


def _scores(observations: Observations, settings: Settings) -> tuple[dict[str, Any], ...]:
    try:
        return tuple(track_record(observations, settings, settings.method))
    except FitError:
        return ()  # the forecast carries the note that says why


def _models(observations: Observations, chosen: np.ndarray, first: float | None) -> pd.DataFrame:
    role = np.full(len(observations.year), "other", dtype=object)
    if first is not None:
        role[observations.year < first] = "history"
    role[chosen] = "member"
    frame = observations.frame

    def text(*columns: str) -> np.ndarray:
        found = [column for column in columns if column in frame.columns]
        return np.asarray(frame[found[0]].fillna("").astype(str) if found else np.full(len(frame), ""), dtype=object)

    return pd.DataFrame(
        {
            "name": text("name", "model", "Model", "System"),
            "date": [from_decimal_year(year) for year in observations.year],
            "year": observations.year,
            "size": observations.size,
            "role": role,
            "status": text(f"{observations.target.column}_status"),
            "domain": text("domain", "Domain"),
            "link": text("link", "source", "Link"),
        }
    )


def _fan(observations: Observations, forecast: Forecast, settings: Settings, seed: int) -> pd.DataFrame:
    start, stop = observations.origin, decimal_year(max(forecast.dates))
    grid = [from_decimal_year(year) for year in np.linspace(start, stop, _FAN_STEPS)[1:-1]]
    dates = sorted({forecast.origin, *grid, *forecast.dates})
    whole = forecast_bare(observations, dates, settings, generator(seed))
    line = {row.date: row.median for row in whole.rows if row.estimand == "trend"}
    rows = [
        {
            "date": row.date, "year": decimal_year(row.date), "estimand": row.estimand, "level": row.level,
            "median": row.median, "lower": row.lower, "upper": row.upper, "line": line[row.date],
        }
        for row in whole.rows
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _disclosure(observations: Observations, first: float | None) -> pd.DataFrame:
    year = np.floor(observations.years + 1e-9).astype(int)
    column = observations.population[observations.target.column]
    empty = pd.to_numeric(column, errors="coerce").isna().to_numpy()
    kept = year >= (int(first) if first is not None else year.min())
    table = pd.DataFrame({"year": year[kept], "without": empty[kept]})
    grouped = table.groupby("year")["without"].agg(["size", "sum"]).reset_index()
    grouped.columns = pd.Index(["year", "models", "without"])
    grouped["share"] = grouped["without"] / grouped["models"]
    return grouped
