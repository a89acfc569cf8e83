"""The answer of `forecast derive`: the table, and how many of its figures rest on what."""

from __future__ import annotations

import math

import pandas as pd

from forecast.figures.drawing import records
from forecast.provenance import Provenance
from forecast.report.document import Answer, Document, Section, Table, Text
from forecast.units import format_quantity

_COLUMNS = {"energy_kwh": "kWh", "carbon_kg": "kg", "water_l": "L", "cost_rental_usd": "USD"}


def derived_answer(found: pd.DataFrame) -> Answer:
    """Return the answer; as CSV it is ``datasets/derived.csv``."""
    rows = [
        {key: "" if isinstance(value, float) and math.isnan(value) else _plain(value) for key, value in row.items()}
        for row in records(found)
    ]
    cells = [
        [str(row["name"]), *(format_quantity(float(value), unit) for value, unit in zip(row[list(_COLUMNS)], _COLUMNS.values(), strict=True)), str(row["basis"])]
        for _, row in found.iterrows()
    ]  # fmt: skip
    imputed = int((found["status"] == "imputed").sum())
    text = (
        f"Derived for {len(found)} models whose chip-hours or energy are known, {imputed} of them imputed. Medians of the "
        "cost graph at the date and in the country of the developer, location based; rental at the list price."
    )
    table = Table(
        ["model", "energy", "carbon", "water", "rental", "from"], cells, numeric=("energy", "carbon", "water", "rental")
    )
    return Answer(
        schema="forecast/derive/1",
        result={"rows": rows},
        document=Document("Footprints derived for the bundled models", [Section("", [Text(text, strong=True), table])]),
        provenance=Provenance(call="forecast derive", data={"models": str(found["models_sha256"].iloc[0])}).to_dict(),
        rows=rows,
        explains=("forecast.costs.model_runs", "forecast.costs.graph"),
        topics=("data:models", "energy", "carbon", "water"),
    )


def _plain(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value
