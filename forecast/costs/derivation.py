"""Carbon, water, energy and rental cost of the dataset's models, derived with the cost graph where their hours or energy are known.

The result is the table ``datasets/derived.csv``, made by ``make derived`` and read by :mod:`forecast.data.derived`. Medians
stand in it; a figure that the models' table reports is never replaced. Runs of which only the compute is known are left out:
their footprint would be their compute times constants, and a trend of it no news.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from forecast.costs.batches import estimate_plans
from forecast.costs.model_runs import entries_of
from forecast.data.dataset import load_dataset
from forecast.data.table import Table
from forecast.errors import DataError
from forecast.settings import SEED, generator

#: Column of the derived table -> quantity of the graph.
QUANTITIES = {
    "energy_kwh": "energy_kwh", "carbon_kg": "carbon_operational_kg", "water_l": "water_l",
    "cost_rental_usd": "cost_rental_usd",
}  # fmt: skip
_DIGITS = 4
_DRAWS = 1_000


def derive_footprints(models: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what the cost graph derives for each model whose hours or energy are known.

    Parameters
    ----------
    models : pandas.DataFrame, optional
        Typed rows of ``models``; by default the bundled ones.

    Returns
    -------
    pandas.DataFrame
        ``name``, each of energy, carbon, water and rental cost, ``status`` and ``basis``, and the digest of the models.
    """
    dataset = load_dataset("models")
    frame = dataset.frame if models is None else models
    plans: dict[str, dict[str, Any]] = {}
    basis: dict[str, tuple[str, str]] = {}
    for row in _records(frame):
        entries = entries_of(row)
        if {"energy_kwh", "energy_it_kwh", "chip_hours"} & entries.keys():
            plans[row["name"]] = entries
            basis[row["name"]] = _basis(row, entries)
    answers = _estimate(plans)
    found = pd.DataFrame({"name": list(answers.index)})
    for column, quantity in QUANTITIES.items():
        values = answers[quantity] if quantity in answers else pd.Series(np.nan, index=answers.index)
        found[column] = [_rounded(value) for value in values]
    found["status"] = [basis[name][0] for name in found["name"]]
    found["basis"] = [basis[name][1] for name in found["name"]]
    found["models_sha256"] = dataset.digest[:16]
    return found


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _basis(row: Mapping[str, Any], entries: Mapping[str, Any]) -> tuple[str, str]:
    energy = "energy_kwh" in entries or "energy_it_kwh" in entries
    status = row["energy_kwh_status"] if energy else row["chip_hours_status"]
    parts = ["energy" if energy else "chip-hours", f"place: {entries.get('region', 'assumed')}"]
    if "chip" not in entries:
        parts.append("chip: assumed")
    return ("imputed" if status == "imputed" else "derived"), "; ".join(parts)


def _estimate(plans: dict[str, dict[str, Any]]) -> pd.DataFrame:
    # A plan that contradicts itself says nothing of the footprint; the others are estimated without it.
    kept = dict(plans)
    while kept:
        columns = list(dict.fromkeys(key for entries in kept.values() for key in entries))
        text = pd.DataFrame(
            {"name": list(kept), **{key: [str(entries.get(key, "")) for entries in kept.values()] for key in columns}},
            dtype=object,
        )
        table = Table(text, "models", "", first_row=0)
        try:
            found = estimate_plans(table, levels=(0.9,), draws=_DRAWS, rng=generator(SEED))
        except DataError as error:
            bad = {problem.row for problem in error.problems}
            kept = {name: entries for place, (name, entries) in enumerate(kept.items()) if place not in bad}
            continue
        return found.frame.set_index("name")
    return pd.DataFrame()


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS - 1}e}") if np.isfinite(value) else float("nan")
