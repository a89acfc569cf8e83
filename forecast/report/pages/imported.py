"""`forecast data import` and `export`: what was written, by which rules, and what to doubt."""

from __future__ import annotations

from dataclasses import asdict

from forecast.data.dataset import Dataset
from forecast.data.export import ATTRIBUTION_SUFFIX
from forecast.data.refresh import Imported
from forecast.report.document import Answer, Block, Document, Section, Table, Text


def import_answer(imported: Imported, source: str, target: str) -> Answer:
    """Return how many rows were read and written, and what each rule changed."""
    uses = imported.frame["use"].value_counts()
    counts = {name: int(uses.get(name, 0)) for name in ("fitted", "history", "excluded")}
    used = [item for item in imported.cleaned if item.cells]
    cells = [[item.rule, f"{item.cells:,}", item.description, item.example] for item in used]
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    blocks: list[Block] = [
        Text(
            f"{target}: {len(imported.frame):,} models from {imported.rows_read:,} rows of {source} ({told}).",
            strong=True,
        ),
        Table(["rule", "cells", "what it does", "example"], cells, "Cleaning", ("cells",)),
        Text(f"See the changes with: forecast data diff models {target}. Forecast from it with --data {target}."),
    ]
    return Answer(
        schema="forecast/data-import/1",
        result={
            "file": target, "rows_read": imported.rows_read, "rows_written": len(imported.frame), "use": counts,
            "rows": [asdict(item) for item in imported.cleaned],
            "lapsed": [{**asdict(item.decision), "why": item.why} for item in imported.lapsed],
        },
        document=Document("Import of Epoch AI's table", [Section("", blocks)]),
        notes=imported.notes,
        explains=("forecast.data.epoch", "forecast.data.curation", "forecast.data.derive"),
        topics=("data:models",),
        next_command="forecast data diff models NEW.csv",
    )  # fmt: skip


def export_answer(dataset: Dataset, target: str) -> Answer:
    """Return what was written, and whom to name."""
    count = len(dataset.frame)
    text = f"{target}: {count:,} rows of {dataset.name}. Whoever gets it must be told what {target}{ATTRIBUTION_SUFFIX} says."
    about = Text(f"Source: {dataset.attribution}. Licence: {dataset.licence}.")
    return Answer(
        schema="forecast/data-export/1",
        result={
            "file": target, "attribution_file": f"{target}{ATTRIBUTION_SUFFIX}", "dataset": dataset.name, "rows": [],
            "count": count, "attribution": dataset.attribution, "licence": dataset.licence, "sha256": dataset.digest,
        },
        document=Document("Export", [Section("", [Text(text, strong=True), about])]),
        explains=("forecast.data.export",),
        topics=(f"data:{dataset.name}",),
    )  # fmt: skip
