"""A ledger of forecasts as they were made, and their scores when new data have arrived.

One forecast is one line of JSON: what was asked, of which data, with which versions, the rows that were printed, and
the member distribution as quantiles on a grid of dates, so that any later outcome can be scored. A line carries a
digest of its content: a forecast that is changed afterwards no longer matches it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.data.table import Table
from forecast.dates import decimal_year, from_decimal_year
from forecast.errors import ForecastError, UsageError
from forecast.notes import Note
from forecast.settings import generator
from forecast.trends.cases import Case, Ranked
from forecast.trends.choices import Settings
from forecast.trends.hindcast import Hindcast, joined, score_draws
from forecast.trends.members import Members
from forecast.trends.observations import Observations, observe_models, observe_table
from forecast.trends.prediction import forecast_bare
from forecast.trends.result import Forecast
from forecast.trends.targets import TARGETS, column_target

SCHEMA = "forecast/ledger/1"
#: Of the distribution at each date of the grid, so many quantiles are kept.
PROBABILITIES = (
    0.005,
    0.01,
    0.025,
    0.05,
    *(round(0.1 * k, 1) for k in range(1, 10)),
    0.25,
    0.75,
    0.95,
    0.975,
    0.99,
    0.995,
)
_STEP_MONTHS = 3
_DRAWS = 1999
#: Not part of what a forecast says, so not of its identity.
_OUTSIDE = ("id", "made", "label")

Entry = dict[str, Any]


@dataclass(frozen=True)
class Ledger:
    """The entries of a file that can be read, and what is wrong with the other lines."""

    name: str
    entries: tuple[Entry, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Scored:
    """Scores of a ledger.

    Parameters
    ----------
    rows : list of dict
        Per entry, estimand and level: as of a backtest, with the entry's id, label and dates.
    pooled : list of dict
        The same over all entries, by method and estimand.
    waiting : tuple of str
        Entries that could not be scored, and why.
    last : datetime.date or None
        Last known day of the data scored on.
    """

    rows: list[dict[str, Any]]
    pooled: list[dict[str, Any]]
    waiting: tuple[str, ...]
    last: dt.date | None


def make_entry(
    forecast: Forecast, observations: Observations, settings: Settings, where: Sequence[str], label: str, made: dt.date
) -> Entry:
    """Return a forecast as an entry.

    Parameters
    ----------
    forecast : Forecast
        As printed.
    observations : Observations
        What it was made from.
    settings : Settings
        Its settings.
    where : sequence of str
        Its conditions.
    label : str
        Free text.
    made : datetime.date
        The day it is entered.
    """
    grid = _grid(forecast.origin, max(forecast.dates))
    under = Settings(
        settings.since, settings.frontier, forecast.method, settings.estimand, settings.levels, settings.draws
    )
    seed = forecast.provenance.seed or 0
    whole = forecast_bare(observations, grid, under, generator(seed))
    sizes = np.log10(np.quantile(whole.draws, sorted(PROBABILITIES), axis=0))
    provenance = forecast.provenance.to_dict()
    content = _plain(
        {
            "schema": SCHEMA,
            **forecast.to_dict(),
            "column": forecast.column,
            "bundled": observations.name == "models",
            "where": list(where),
            "since": settings.since,
            "frontier": settings.frontier,
            "rows": [vars(row) for row in forecast.rows],
            "grid": {
                "dates": grid,
                "probabilities": sorted(PROBABILITIES),
                "log10": [[round(float(value), 5) for value in column] for column in sizes.T],
            },
            "data": provenance["data"],
            "seed": seed,
            "draws": settings.draws,
            "versions": provenance["versions"],
        }
    )
    return {"id": identity(content), "made": made.isoformat(), "label": label, **content}


def _plain(value: Any) -> Any:
    # What JSON would make of it, so that an entry is the same before it is written and after it is read.
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.isoformat() if isinstance(value, dt.date) else value


def identity(entry: Mapping[str, Any]) -> str:
    """Return the digest of what an entry says; when it was made and its label are not part of it."""
    content = {key: value for key, value in entry.items() if key not in _OUTSIDE}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:16]


def read_ledger(text: str, name: str) -> Ledger:
    """Return the entries of a ledger; lines that are damaged, altered or repeated are left out and named.

    Parameters
    ----------
    text : str
        Content of the file.
    name : str
        The file, for messages.
    """
    entries: dict[str, Entry] = {}
    notes = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        problem, entry = _parse(line)
        if problem is None and entry["id"] in entries:
            notes.append(
                Note("ledger-repeated", "info", f"{name}, line {number}: repeats entry {entry['id']}; counted once")
            )
        elif problem is None:
            entries[entry["id"]] = entry
        else:
            notes.append(Note("ledger-damaged", "warning", f"{name}, line {number}: {problem}; left out"))
    return Ledger(name, tuple(entries.values()), tuple(notes))


def _parse(line: str) -> tuple[str | None, Entry]:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        return f"is not JSON ({error.msg})", {}
    if not isinstance(entry, dict) or entry.get("schema") != SCHEMA:
        return f"is no entry of schema {SCHEMA}", {}
    if entry.get("id") != identity(entry):
        return "was changed after it was made: its content does not match its id", {}
    return None, entry


def score_ledger(
    ledger: Ledger, table: Table | None, levels: tuple[float, ...], date_column: str | None = None
) -> Scored:
    """Score every entry on the frontier members that entered after its last known day.

    Parameters
    ----------
    ledger : Ledger
        As read.
    table : Table or None
        New data; by default the bundled models.
    levels : tuple of float
        Levels to score.
    date_column : str, optional
        Date column of `table`.
    """
    rows: list[dict[str, Any]] = []
    parts: list[pd.DataFrame] = []
    waiting: list[str] = []
    last: dt.date | None = None
    for entry in ledger.entries:
        who = f"{entry['id']} ({entry['target']}, known to {entry['origin']})"
        try:
            observations = _observe(entry, table, date_column)
        except ForecastError as error:
            waiting.append(f"{who}: {error.message.splitlines()[0]}")
            continue
        known = from_decimal_year(observations.origin)
        last = max(last, known) if last else known
        case = _case(entry, observations)
        if isinstance(case, str):
            waiting.append(f"{who}: {case}")
            continue
        draws = _draws(entry, case)
        outcomes = joined(list(score_draws(case, entry["method"], draws, levels, sum(map(len, parts)))))
        parts.append(outcomes)
        until = float(case.year.max() - case.origin)
        scored = Hindcast(outcomes, levels, (0.0, until)).rows()
        about = {name: entry[name] for name in ("id", "made", "label", "origin")}
        rows += [about | row for row in scored]
    pooled = []
    if parts:
        everything = pd.concat(parts, ignore_index=True)
        longest = float((everything["year"] - everything["origin"]).max())
        pooled = Hindcast(everything, levels, (0.0, longest)).rows(("method", "estimand"))
    return Scored(rows, pooled, tuple(waiting), last)


def _observe(entry: Entry, table: Table | None, date_column: str | None) -> Observations:
    if table is None and entry["bundled"]:
        return observe_models(TARGETS[entry["target"]], entry["where"])
    if table is None:
        message = "was made from a table of your own; give the new one with --data"
        raise UsageError(message)
    where = list(entry["where"])
    if entry["bundled"]:
        where += [
            rule for rule in ("notable=true", "use!=excluded") if rule.split("=")[0].rstrip("!") in table.frame.columns
        ]
    return observe_table(table, column_target(entry["column"]), where, date_column=date_column)


def _case(entry: Entry, observations: Observations) -> Case | str:
    origin = decimal_year(dt.date.fromisoformat(entry["origin"]))
    until = decimal_year(dt.date.fromisoformat(entry["grid"]["dates"][-1]))
    since = dt.date.fromisoformat(entry["since"]) if entry["since"] else None
    ranked = Ranked.of(observations, Settings(since, entry["frontier"]))
    after = ranked.member & (ranked.year > origin) & (ranked.year <= until)
    if not after.any():
        return f"no frontier member entered since; the data end on {from_decimal_year(observations.origin)}"
    running = np.maximum.accumulate(ranked.log_size)
    members = Members(np.array([]), np.array([]), origin, float(np.log10(entry["record"])))
    return Case(entry["target"], members, ranked.year[after], ranked.log_size[after], running[after])


def _draws(entry: Entry, case: Case) -> np.ndarray:
    # The quantile function at the date of each outcome, read at evenly spaced probabilities.
    grid = entry["grid"]
    dates = np.array([decimal_year(dt.date.fromisoformat(date)) for date in grid["dates"]])
    quantiles = np.array(grid["log10"])
    at = np.stack([np.interp(case.year, dates, column) for column in quantiles.T])
    probability = (np.arange(_DRAWS) + 0.5) / _DRAWS
    return np.stack([np.interp(probability, grid["probabilities"], column) for column in at.T], axis=1)


def _grid(origin: dt.date, last: dt.date) -> list[dt.date]:
    start, stop = decimal_year(origin), decimal_year(last)
    steps = max(1, int(np.ceil((stop - start) * 12 / _STEP_MONTHS)))
    inner = [from_decimal_year(year) for year in np.linspace(start, stop, steps + 1)[1:-1]]
    return sorted({origin, *inner, last})
