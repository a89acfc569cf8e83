"""`forecast data show MODEL`: every figure of a model, with how it is known and where from."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

import pandas as pd

from forecast.data.dataset import load_dataset
from forecast.data.schema import resource
from forecast.report.document import Answer, Block, Bullets, Document, Section, Table, Text
from forecast.report.formats.json import plain
from forecast.report.pages.prediction import format_date
from forecast.units import format_quantity

#: Figures of their own line; the rest is told in words.
FIGURES = (
    "parameters", "active_parameters", "tokens", "datapoints", "epochs", "training_compute_flop",
    "compute_lower_flop", "compute_upper_flop", "finetune_compute_flop", "hardware_quantity", "training_time_hours",
    "chip_hours", "utilization", "power_draw_w", "energy_kwh", "carbon_kg", "water_l", "batch_size", "cost_usd",
    "cost_cloud_usd",
)  # fmt: skip
_LABELS = {
    "training_compute_flop": "training compute", "compute_lower_flop": "at least", "compute_upper_flop": "at most",
    "finetune_compute_flop": "compute of fine-tuning", "hardware_quantity": "accelerators",
    "training_time_hours": "training time", "chip_hours": "chip-hours", "utilization": "utilization (MFU)",
    "power_draw_w": "power draw", "energy_kwh": "energy", "carbon_kg": "carbon", "water_l": "water",
    "cost_usd": "cost", "cost_cloud_usd": "cost of renting",
}  # fmt: skip
_DIGITS = 4


def model_answer(row: pd.Series, aliases: Sequence[str]) -> Answer:
    """Return what is known about a model.

    Parameters
    ----------
    row : pandas.Series
        Its row of ``models``.
    aliases : sequence of str
        Other names it is found by.
    """
    figures = [_figure(row, column) for column in FIGURES if pd.notna(row[column])]
    cells = [[line["label"], line["text"], line["status"], line["how"]] for line in figures]
    table = Table(["figure", "value", "known how", "from"], cells, numeric=("value",))
    published = load_dataset("model_footprints").frame.set_index("name")
    blocks: list[Block] = [
        Text(_identity(row)),
        table,
        Bullets(_facts(row, aliases, str(published["note"].get(row["name"], "")))),
    ]
    about = resource("models")
    values: dict[str, Any] = {item.name: _plain(row[item.name]) for item in about.fields}
    return Answer(
        schema="forecast/data-show/1",
        result={"model": values, "aliases": list(aliases), "rows": [_row(line) for line in figures]},
        document=Document(str(row["name"]), [Section("", blocks)]),
        provenance={"data": {"models": load_dataset("models").digest}},
        explains=("forecast.data.derive", "forecast.data.curation"),
        topics=("data:models",),
        next_command=f"forecast audit --model {shlex.quote(str(row['name']))}",
    )


def _figure(row: pd.Series, column: str) -> dict[str, Any]:
    unit = resource("models")[column].unit
    return {
        "label": _LABELS.get(column, column.replace("_", " ")), "column": column, "value": float(row[column]), "unit": unit,
        "text": _say(float(row[column]), unit),
        "status": str(row.get(f"{column}_status", "")) or "stated", "how": _how(row, column),
    }  # fmt: skip


def _say(value: float, unit: str) -> str:
    if unit in ("", "h") and value < 1e9:  # counts and hours read best in full
        return f"{value:,.6g} {unit}".rstrip() if value < 1e5 else f"{value:,.0f} {unit}".rstrip()
    return format_quantity(value, unit, digits=_DIGITS)


def _row(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": line["column"], "value": line["value"], "unit": line["unit"], "status": line["status"], "how": line["how"]
    }  # fmt: skip


def _how(row: pd.Series, column: str) -> str:
    if column == "training_compute_flop":
        return {"6ND": "6 × parameters × tokens"}.get(row["compute_method"], _join(row["compute_method"]).lower())
    if column == "cost_usd":
        return f"{row['cost_method']}, {int(row['cost_dollar_year'])} dollars"
    if column == "cost_cloud_usd":
        return f"renting the same chips, {int(row['cost_dollar_year'])} dollars"
    if column == "energy_kwh":
        boundary = {"facility": "with overhead (PUE)", "IT": "chips or servers only"}.get(row["energy_boundary"], "")
        footprints = load_dataset("model_footprints").frame.set_index("name")["energy_kwh"]
        stated = pd.notna(footprints.get(row["name"]))
        return f"{row['footprint_source'] if stated else 'power × time'}; {boundary}"
    if column in ("carbon_kg", "water_l"):
        basis = row["carbon_basis"] if column == "carbon_kg" else ""
        return "; ".join(part for part in (row["footprint_source"], basis) if part)
    return ""


def _identity(row: pd.Series) -> str:
    who = _join(row["organization"]) or "unknown organization"
    where = f" ({_join(row['country'])})" if row["country"] else ""
    kind = f" {str(row['domain']).split('; ')[0]}." if row["domain"] else ""
    return f"{who}{where}, {format_date(row['published'].date())}.{kind}"


def _facts(row: pd.Series, aliases: Sequence[str], note: str) -> list[str]:
    use = {
        "fitted": "Use: fitted, and ranked for the frontier"
        + ("." if row["notable"] else " where notable=any is asked for."),
        "history": "Use: history; it ranks for the frontier and is not fitted.",
        "excluded": f"Use: excluded ({row['exclusion_reason']}).",
    }[str(row["use"])]
    found = [use, f"Notable: {_join(row['notability']) or 'no'}."]
    for label, column in (
        ("Hardware", "hardware"),
        ("Base model", "base_model"),
        ("Access", "accessibility"),
        ("Confidence of Epoch AI", "confidence"),
    ):
        if row[column]:
            found.append(f"{label}: {_join(row[column])}.")
    if note:
        found.append(f"Footprint: {note}.")
    if aliases:
        found.append(f"Also found as: {', '.join(aliases)}.")
    found += [f"Published at: {link}" for link in str(row["link"]).split("; ") if link]
    return [*found, f"Sources: {row['source']}."]


def _join(cell: object) -> str:
    return str(cell).replace("; ", ", ")


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    found = plain(value)
    return None if found == "" else found
