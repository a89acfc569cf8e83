"""How the coherent forecast did when it was run in the past, metric by metric.

At each origin (1 January) everything published later is forgotten, the links are fitted to what was known, and the whole
chain is drawn on the date of every frontier model (by compute) that then entered within three years. Each metric is
scored on those models that state it. Standard errors are clustered by origin.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.data.dataset import load_dataset
from forecast.data.resources import datasets_folder
from forecast.dates import from_decimal_year
from forecast.errors import FitError
from forecast.generation.joint import next_generation
from forecast.scores.clustered import clustered_se
from forecast.scores.coverage import coverage
from forecast.scores.crps import crps
from forecast.trends.choices import AUTO, Settings
from forecast.trends.observations import observe_models
from forecast.trends.targets import bundled_target
from forecast.trends.track_record import fingerprint

Array = NDArray[np.float64]
ORIGINS = (2021, 2022, 2023, 2024, 2025)
HORIZON_YEARS = 3
LEVELS = (0.5, 0.8, 0.9)
_DRAWS = 2000
_FILE = "jointrecord.json"
_TABLES = ("models", "grids", "datacenters", "electricity_prices", "constants")


def joint_record(origins: Sequence[int] = ORIGINS, seed: int = 0) -> list[dict[str, Any]]:
    """Run the coherent forecast at past origins and score every metric.

    Returns
    -------
    list of dict
        ``metric, level, coverage, coverage_se, n, clusters, crps, bias_oom``.

    Raises
    ------
    FitError
        When no origin could be forecast.

    Examples
    --------
    >>> rows = joint_record([2023])
    >>> {"compute_flop", "cost_usd"} <= {row["metric"] for row in rows}
    True
    """
    observations = observe_models(bundled_target("compute"))
    member = Settings().rule.members(observations.year, np.log10(observations.size))
    models = observations.frame[member]
    year = observations.year[member]
    parts = []
    for origin in origins:
        after = (year >= origin) & (year < origin + HORIZON_YEARS)
        if not after.any():
            continue
        days = sorted({from_decimal_year(float(value)) for value in year[after]})
        known_by = dt.date(origin - 1, 12, 31)
        try:
            made = next_generation(
                days, known_by=known_by, method=AUTO, draws=_DRAWS, rng=np.random.default_rng([seed, origin]), bare=True
            )
        except FitError:
            continue
        column = np.array([days.index(from_decimal_year(float(value))) for value in year[after]])
        parts += _scored(made.draws, _outcomes(models[after]), column, origin)
    if not parts:
        message = f"none of the origins {', '.join(map(str, origins))} could be forecast"
        raise FitError(message, hint="the links need models since 2020; ask for origins from 2022 on")
    return _rows(pd.concat(parts, ignore_index=True))


def _outcomes(models: pd.DataFrame) -> dict[str, Array]:
    facility = np.where(models["energy_boundary"] == "facility", models["energy_kwh"], np.nan)
    return {
        "compute_flop": models["training_compute_flop"].to_numpy(float),
        "parameters": models["parameters"].to_numpy(float),
        "active_parameters": models["active_parameters"].fillna(models["parameters"]).to_numpy(float),
        "tokens": (models["tokens"] * models["epochs"].fillna(1)).to_numpy(float),
        "wall_hours": models["training_time_hours"].to_numpy(float),
        "energy_kwh": facility.astype(float),
        "power_w": models["power_draw_w"].to_numpy(float),
        "cost_usd": models["cost_usd"].to_numpy(float),
    }


def _scored(draws: dict[str, Array], outcomes: dict[str, Array], column: Array, origin: int) -> list[pd.DataFrame]:
    parts = []
    for metric, values in outcomes.items():
        stated = np.isfinite(values)
        if not stated.any():
            continue
        drawn, outcome = np.log10(draws[metric][:, column[stated]]), np.log10(values[stated])
        hits = {f"hit_{level:g}": _held(drawn, outcome, level) for level in LEVELS}
        frame = {
            "metric": metric,
            "origin": origin,
            "crps": crps(drawn, outcome),
            "bias": np.median(drawn, axis=0) - outcome,
            **hits,
        }
        parts.append(pd.DataFrame(frame))
    return parts


def _held(draws: Array, outcome: Array, level: float) -> Array:
    lower, upper = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return coverage(lower, upper, outcome)


def _rows(scored: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for metric, part in scored.groupby("metric", sort=False):
        cluster = part.groupby("origin").ngroup().to_numpy()
        for level in LEVELS:
            hit = part[f"hit_{level:g}"].to_numpy()
            rows.append(
                {
                    "metric": metric, "level": level, "coverage": float(hit.mean()), "coverage_se": clustered_se(hit, cluster),
                    "n": len(part), "clusters": int(cluster.max()) + 1, "crps": float(part["crps"].mean()),
                    "bias_oom": float(part["bias"].mean()),
                }
            )  # fmt: skip
    return rows


@functools.cache
def record_key() -> str:
    """Return a digest of the tables and the code that the record rests on; another one says that it is stale."""
    digest = hashlib.sha256(fingerprint().encode())
    for path in sorted(Path(__file__).resolve().parent.glob("*.py")):
        digest.update(path.read_bytes())
    for name in _TABLES:
        digest.update(load_dataset(name).digest.encode())
    return digest.hexdigest()[:16]


def coherent_record() -> list[dict[str, Any]]:
    """Return the record with the default settings: the stored one (``make trackrecord``), or, where data or code have changed since, a new one."""
    path = datasets_folder() / _FILE
    stored = json.loads(path.read_text(encoding="utf-8"))["result"] if path.is_file() else {}
    if stored.get("key") == record_key():
        rows: list[dict[str, Any]] = stored["rows"]
        return rows
    return joint_record()
