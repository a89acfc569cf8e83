"""`forecast data list` and `forecast data show DATASET`: what is bundled, and what each column means."""

from __future__ import annotations

from typing import Any

from forecast.data.dataset import Dataset, load_dataset
from forecast.data.schema import Field, dataset_names
from forecast.report.document import Answer, Block, Document, Section, Table, Text


def datasets_answer() -> Answer:
    """Return the list of the bundled tables."""
    rows: list[dict[str, Any]] = []
    for name in dataset_names():
        dataset = load_dataset(name)
        about = dataset.resource
        rows.append(
            {
                "name": name, "rows": len(dataset.frame), "columns": len(about.fields), "title": about.title,
                "licence": about.licence, "attribution": about.attribution, "sha256": dataset.digest,
            }
        )  # fmt: skip
    cells = [[row["name"], f"{row['rows']:,}", str(row["columns"]), row["title"], row["licence"]] for row in rows]
    table = Table(["name", "rows", "columns", "what it holds", "licence"], cells, numeric=("rows", "columns"))
    hint = Text(
        "forecast data show NAME explains a table or a model; forecast data export NAME -o FILE takes one away."
    )
    return Answer(
        schema="forecast/data-list/1",
        result={"rows": rows},
        document=Document("Bundled tables", [Section("", [table, hint])]),
        explains=("forecast.data.dataset",),
        topics=("data:models",),
        next_command="forecast data show models",
    )


def dataset_answer(dataset: Dataset) -> Answer:
    """Return what a table holds, column by column."""
    about = dataset.resource
    filled = {item.name: _filled(dataset, item) for item in about.fields}
    rows = [
        {
            "column": item.name, "type": item.type, "unit": item.unit, "filled": filled[item.name],
            "description": item.description, "required": item.required, "minimum": item.minimum,
            "maximum": item.maximum, "allowed": list(item.enum),
        }
        for item in about.fields
    ]  # fmt: skip
    cells = [[item.name, item.unit or item.type, f"{filled[item.name]:,}", item.description] for item in about.fields]
    blocks: list[Block] = [
        Text(about.description),
        Table(["column", "unit or type", "filled", "meaning"], cells, f"{len(dataset.frame):,} rows", ("filled",)),
        Text(f"Source: {dataset.attribution}. Licence: {dataset.licence}."),
    ]
    return Answer(
        schema="forecast/data-show/1",
        result={
            "dataset": dataset.name, "title": about.title, "description": about.description,
            "count": len(dataset.frame), "licence": dataset.licence, "attribution": dataset.attribution,
            "sha256": dataset.digest, "rows": rows,
        },
        document=Document(f"{about.title} ({dataset.name})", [Section("", blocks)]),
        explains=("forecast.data.dataset", "forecast.data.derive") if dataset.name == "models" else ("forecast.data.dataset",),
        topics=(f"data:{dataset.name}",),
        next_command=f"forecast data export {dataset.name} -o {dataset.name}.csv",
    )  # fmt: skip


def _filled(dataset: Dataset, item: Field) -> int:
    cells = dataset.frame[item.name]
    return int((cells != "").sum() if item.type == "string" else cells.notna().sum())
